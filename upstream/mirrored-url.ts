/** Where a mirror has the file of an official address: `<host>/<path>`. */
export function mirrorPath(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

/** The address of an official file on a mirror; one that is on the mirror already stays. */
export function mirroredUrl(url: string, mirror: string): string {
  const base = mirror.replace(/\/+$/, "");
  return url.startsWith(`${base}/`) ? url : `${base}/${mirrorPath(url)}`;
}
