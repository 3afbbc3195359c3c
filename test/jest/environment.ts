import { TestEnvironment } from "jest-environment-node";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { Script, type Context } from "node:vm";
import { bundleFile } from "./prebundle";

type Load = (module: { exports: unknown }, require: NodeJS.Require, dirname: string) => void;

/** Compiled once in a process; each test file runs it in a realm of its own, so that nothing leaks. */
let compiled: Script | undefined;

/** Node's environment with the packages of the prebundle, made when a test file first asks for one. */
export default class PrebundledEnvironment extends TestEnvironment {
  constructor(...args: ConstructorParameters<typeof TestEnvironment>) {
    super(...args);
    const context = this.getVmContext();
    let packages: unknown;
    Object.defineProperty(this.global, "prebundled", {
      get: () => (packages ??= context === null ? undefined : packagesIn(context)),
    });
  }
}

function packagesIn(context: Context): unknown {
  compiled ??= new Script(
    `(module, require, __dirname) => {${readFileSync(bundleFile, "utf8")}\n}`,
    {
      filename: bundleFile,
    },
  );
  const load = compiled.runInContext(context) as Load; // the function that the text above is
  const module = { exports: {} };
  load(module, createRequire(bundleFile), dirname(bundleFile));
  return module.exports;
}
