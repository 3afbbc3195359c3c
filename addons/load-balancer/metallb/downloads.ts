const version = "0.16.1";
const files = "https://raw.githubusercontent.com/metallb/metallb";

/** Official names of its images. */
export const metalLbImages = {
  "metallb-controller": `quay.io/metallb/controller:v${version}`,
  "metallb-speaker": `quay.io/metallb/speaker:v${version}`,
};

export type MetalLbImages = Readonly<typeof metalLbImages>;

/** With BGP of its own, without FRR. */
export const metalLbManifests = {
  "metallb-native": {
    version,
    url: `${files}/v${version}/config/manifests/metallb-native.yaml`,
    sha256: "bf25feebb7582ca7df845efd52ffbc2960d6cbf4cfc972f47fded9f788b67f0b",
  },
};

/** What the lab makes them of. */
export const metalLbLab = {
  images: {
    "metallb-controller": { product: "metallb", binary: "controller" },
    "metallb-speaker": { product: "metallb", binary: "speaker" },
  },
  manifests: { "metallb-native": "metallb-native" },
};
