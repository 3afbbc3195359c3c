import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Where Go keeps a module, checked against the go.sum of `cwd`. */
export async function moduleFolder(module: string, go: string, cwd: string): Promise<string> {
  const env = { ...process.env, GOTOOLCHAIN: "local", GOFLAGS: "", GOWORK: "off" };
  const { stdout } = await promisify(execFile)(go, ["mod", "download", "-json", module], {
    cwd,
    env,
  });
  const { Dir } = JSON.parse(stdout) as { Dir: string }; // Go's own format
  return Dir;
}
