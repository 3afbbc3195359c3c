import { request } from "node:https";
import { load } from "js-yaml";
import { z } from "zod";

const deadlineMs = 10_000;

const kubeconfigSchema = z.object({
  clusters: z.tuple([
    z.object({
      cluster: z.object({ server: z.string(), "certificate-authority-data": z.string() }),
    }),
  ]),
  users: z.tuple([
    z.object({
      user: z.object({ "client-certificate-data": z.string(), "client-key-data": z.string() }),
    }),
  ]),
});

const objectMetadata = z.object({
  name: z.string(),
  namespace: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  ownerReferences: z.array(z.object({ kind: z.string() })).optional(),
});

/** A list without items has null in their place. */
const metadataList = z.object({
  items: z.array(z.object({ metadata: objectMetadata })).nullable(),
});

/** What is known of an object without reading it. */
export type ObjectMetadata = z.output<typeof objectMetadata>;

/** Looks at live objects, for what the program must know before it decides. */
export class ApiReader {
  private readonly server: string;
  private readonly credentials: {
    readonly ca: Buffer;
    readonly cert: Buffer;
    readonly key: Buffer;
  };

  /** `kubeconfig` is one of ours: one cluster, one user, certificates inside. */
  constructor(kubeconfig: string) {
    const parsed = kubeconfigSchema.parse(load(kubeconfig));
    const [{ cluster }] = parsed.clusters;
    const [{ user }] = parsed.users;
    const pem = (data: string) => Buffer.from(data, "base64");
    this.server = cluster.server;
    this.credentials = {
      ca: pem(cluster["certificate-authority-data"]),
      cert: pem(user["client-certificate-data"]),
      key: pem(user["client-key-data"]),
    };
  }

  /** The metadata of all objects at a path. */
  async metadata(path: string): Promise<readonly ObjectMetadata[]> {
    const accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
    const list = metadataList.parse(await this.read(path, accept));
    return (list.items ?? []).map(({ metadata }) => metadata);
  }

  /** What is at a path. Rejects for any other status than 200. */
  read(path: string, accept = "application/json"): Promise<unknown> {
    return this.answer(path, accept);
  }

  /** Has an object admitted as if it were created at a path, which it is not. */
  async dryRun(path: string, object: object): Promise<void> {
    await this.answer(`${path}?dryRun=All`, "application/json", object);
  }

  private answer(path: string, accept: string, object?: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const posted = object === undefined ? undefined : JSON.stringify(object);
      const options = {
        ...this.credentials,
        ...(posted === undefined ? {} : { method: "POST" }),
        headers: { accept, "content-type": "application/json" },
        timeout: deadlineMs,
      };
      const asked = request(new URL(path, this.server), options, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => (text += part));
        response.on("error", reject);
        response.on("end", () => {
          if (response.statusCode === 200 || response.statusCode === 201) resolve(JSON.parse(text));
          else reject(new Error(`${path}: ${refusal(response.statusCode, text)}`));
        });
      });
      asked.on("timeout", () => asked.destroy(new Error(`${path}: no answer in time`)));
      asked.on("error", reject);
      asked.end(posted);
    });
  }
}

/** What the API answered instead, with its reason where it tells one. */
function refusal(status: number | undefined, text: string): string {
  const said = /"message":("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
  const reason = said === undefined ? "" : `: ${String(JSON.parse(said))}`;
  return `the API answered ${String(status)}${reason}`;
}
