/** How often a node has been registered with the API, as its host remembers it: a kubelet does it at its start alone. */
export interface Registration {
  readonly count: number;
  /** In this run, as the API does not know the node, or not as its host does: see `scripts/renew-pod-network.sh`. */
  readonly isRenewed: boolean;
}

export const firstRegistration: Registration = { count: 1, isRenewed: false };

/** Text of the file that remembers it. */
export function registrationText({ count }: Registration): string {
  return `${count}\n`;
}

/** The count that such a text has; undefined where it has none. */
export function registrationCount(text: string | undefined): number | undefined {
  const [digits] = /^[1-9]\d{0,8}(?=\n?$)/.exec(text ?? "") ?? [];
  return digits === undefined ? undefined : Number(digits);
}
