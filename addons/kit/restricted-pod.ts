/** The user of distroless images. */
export const nonroot = 65532;

/** The user that many other images name. */
export const nobody = 65534;

/** As images name these. */
export const nonrootUser = `${nonroot}:${nonroot}`;
export const nobodyUser = `${nobody}:${nobody}`;

/** Security context of a pod all of whose containers run as a user, within the Pod Security level `restricted`. */
export function restrictedPod(user: number) {
  return {
    runAsNonRoot: true,
    runAsUser: user,
    runAsGroup: user,
    seccompProfile: { type: "RuntimeDefault" },
  };
}

/** Security context of a container that needs no right and writes to its volumes alone. */
export const restrictedContainer = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
};
