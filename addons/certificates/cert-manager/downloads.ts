const version = "1.21.2";
const releases = "https://github.com/cert-manager/cert-manager/releases/download";

/** Official names of its images; the last one is of the pods that answer challenges. */
export const certManagerImages = {
  "cert-manager-controller": image("controller"),
  "cert-manager-webhook": image("webhook"),
  "cert-manager-cainjector": image("cainjector"),
  "cert-manager-acmesolver": image("acmesolver"),
};

export type CertManagerImages = Readonly<typeof certManagerImages>;

/** All of it in one file. */
export const certManagerManifests = {
  "cert-manager": { version, url: `${releases}/v${version}/cert-manager.yaml` },
};

/** What the lab makes them of. */
export const certManagerLab = {
  images: {
    "cert-manager-controller": program("controller"),
    "cert-manager-webhook": program("webhook"),
    "cert-manager-cainjector": program("cainjector"),
    "cert-manager-acmesolver": program("acmesolver"),
  },
  manifests: { "cert-manager": "cert-manager-manifest" },
};

function image(name: string): string {
  return `quay.io/jetstack/cert-manager-${name}:v${version}`;
}

function program(binary: string) {
  return { product: "cert-manager", binary, path: `app/cmd/${binary}/${binary}`, user: "1000" };
}
