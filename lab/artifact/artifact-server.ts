import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import { join, normalize } from "node:path";
import { pipeline } from "node:stream/promises";

/** Port of the artifact server on the lab's bridge. */
export const artifactPort = 8080;

/** The file below `root` that a request's path names, or undefined for paths that leave it. */
export function servedFile(root: string, url: string): string | undefined {
  let path: string;
  try {
    path = normalize(decodeURIComponent(new URL(url, "http://lab").pathname));
  } catch {
    return undefined;
  }
  return path.split("/").includes("..") ? undefined : join(root, path);
}

/** Serves the files below `root` until the process ends. */
export function serveArtifacts(root: string, address: string, port: number): Promise<never> {
  const server = createServer((request, response) => {
    answer(root, request.url ?? "/", request.method ?? "GET", response).catch((error: unknown) => {
      console.error(`${request.url ?? ""}: ${String(error)}`);
      response.destroy();
    });
  });
  return new Promise((_, reject) => {
    server.on("error", reject);
    server.listen(port, address);
  });
}

async function answer(
  root: string,
  url: string,
  method: string,
  response: ServerResponse,
): Promise<void> {
  const named = servedFile(root, url);
  const file = named && (await realpath(named).catch(() => undefined));
  const size =
    file && (await stat(file).then((found) => (found.isFile() ? found.size : undefined)));
  if (file === undefined || size === undefined) {
    response.writeHead(404, { "content-type": "text/plain" });
    response.end(`the lab does not have ${url}\n`);
    return;
  }
  response.writeHead(200, {
    "content-type": "application/octet-stream",
    "content-length": String(size),
  });
  if (method === "HEAD") response.end();
  else await pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), response);
}
