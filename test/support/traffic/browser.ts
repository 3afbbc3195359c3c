import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium, type Browser as Chromium, type Page } from "playwright-core";
import { installMissing } from "../../../lab/machine/packages";
import { eventually, succeeded } from "../lab/lab";

/** How a browser finds and believes hosts of the lab. */
export interface BrowserOptions {
  /** Address, or address and port, by host name, in place of DNS. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** PEM file of an authority that is trusted beside the usual ones. */
  readonly authorityFile?: string;
}

/** What somebody sees who opens an address. */
export interface Sight {
  /** As it shows, without empty lines. */
  readonly text: string;
  /** What the server has shown and the browser has found good; absent for plain HTTP. */
  readonly certificate?: {
    readonly subjectName?: string;
    readonly issuer?: string;
    readonly validTo?: number;
  };
}

/** A real browser without a screen; a certificate that does not verify is an error, as for its users. */
export class Browser {
  private constructor(
    private readonly home: string,
    private readonly chromium: Chromium,
  ) {}

  static async started({ hosts = {}, authorityFile }: BrowserOptions = {}): Promise<Browser> {
    await installMissing(["chromium", "fonts-liberation", "libnss3-tools"]);
    const home = mkdtempSync(join(tmpdir(), "plinth-browser-"));
    try {
      if (authorityFile !== undefined) await trust(home, authorityFile);
      const rules = Object.entries(hosts).map(([name, address]) => `MAP ${name} ${address}`);
      const launched = await chromium.launch({
        executablePath: "/usr/bin/chromium",
        // root has no sandbox
        args: ["--no-sandbox", `--host-resolver-rules=${rules.join(",")}`],
        env: { ...process.env, HOME: home },
      });
      return new Browser(home, launched);
    } catch (error) {
      rmSync(home, { recursive: true, force: true });
      throw error;
    }
  }

  /**
   * Opens an address and waits until all of `texts` show on the page. Where PLINTH_PICTURES names a
   * folder, the page is saved in it as `<picture>.png`.
   */
  async look(address: string, texts: readonly string[], picture: string): Promise<Sight> {
    const viewport = { width: 1280, height: 720 };
    const page = await this.chromium.newPage({ viewport });
    try {
      const answer = await page.goto(address);
      const text = await shown(page, texts);
      await save(page, picture);
      const certificate = await answer?.securityDetails();
      return certificate ? { text, certificate } : { text };
    } finally {
      await page.close();
    }
  }

  async close(): Promise<void> {
    await this.chromium.close();
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** Chromium's own store of authorities that its user has added. */
async function trust(home: string, authorityFile: string): Promise<void> {
  const store = join(home, ".pki/nssdb");
  mkdirSync(store, { recursive: true });
  const certutil = (...args: string[]) => succeeded("certutil", ["-d", `sql:${store}`, ...args]);
  await certutil("-N", "--empty-password");
  await certutil("-A", "-t", "C,,", "-n", "lab", "-i", authorityFile);
}

function shown(page: Page, texts: readonly string[]): Promise<string> {
  return eventually(`${page.url()} shows all that it should`, 20, async () => {
    const text = (await page.locator("body").innerText()).replaceAll(/\s*\n\s*/g, "\n");
    const missing = texts.filter((each) => !text.includes(each));
    if (missing.length === 0) return text;
    throw new Error(`${JSON.stringify(missing)} missing in\n${text}`);
  });
}

async function save(page: Page, picture: string): Promise<void> {
  const folder = process.env.PLINTH_PICTURES;
  if (folder === undefined) return;
  await page.screenshot({ path: join(resolve(folder), `${picture}.png`), fullPage: true });
}
