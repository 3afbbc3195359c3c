/**
 * The sha256 that a checksum file gives for a download: the only one in it, or that on the line
 * with the download's file name (`sha256sum`'s format). Throws when there is none.
 */
export function publishedChecksum(checksumFile: string, downloadUrl: string): string {
  const fileName = downloadUrl.slice(downloadUrl.lastIndexOf("/") + 1);
  const lines = checksumFile
    .split("\n")
    .map((line) => /^([0-9a-fA-F]{64})(?:\s+\*?(?:.*\/)?(\S+))?\s*$/.exec(line))
    .filter((line) => line !== null);
  const named = lines.find((line) => line[2] === fileName);
  const alone = lines.length === 1 && lines[0]?.[2] === undefined ? lines[0] : undefined;
  const checksum = (named ?? alone)?.[1];
  if (checksum === undefined) throw new Error(`it has no sha256 of ${fileName}`);
  return checksum.toLowerCase();
}
