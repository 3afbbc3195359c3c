import { load } from "js-yaml";
import { kubeconfig } from "../../../../components/host/kubeconfig";

interface Kubeconfig {
  readonly clusters: readonly { name: string; cluster: Record<string, string> }[];
  readonly users: readonly { name: string; user: Record<string, string> }[];
  readonly contexts: readonly { name: string; context: Record<string, string> }[];
  readonly "current-context": string;
}

const server = "https://10.0.0.1:6443";

function parsed(text: string): Kubeconfig {
  return load(text) as Kubeconfig; // the shape is what the tests below look at
}

test("the current context leads to the cluster and the user", () => {
  const config = parsed(
    kubeconfig("c", server, "u", { caFile: "/ca", certFile: "/cert", keyFile: "/key" }),
  );
  expect(config["current-context"]).toBe("u@c");
  expect(config.contexts).toEqual([{ name: "u@c", context: { cluster: "c", user: "u" } }]);
  expect(config.clusters.map(({ name }) => name)).toEqual(["c"]);
  expect(config.users.map(({ name }) => name)).toEqual(["u"]);
});

test("credentials by path stay paths, so that the file holds no secret", () => {
  const config = parsed(
    kubeconfig("c", server, "u", { caFile: "/ca", certFile: "/cert", keyFile: "/key" }),
  );
  expect(config.clusters[0]?.cluster).toEqual({ server, "certificate-authority": "/ca" });
  expect(config.users[0]?.user).toEqual({ "client-certificate": "/cert", "client-key": "/key" });
});

test("credentials as PEM text are embedded in base64", () => {
  const config = parsed(kubeconfig("c", server, "u", { ca: "CA\n", cert: "CERT\n", key: "KEY\n" }));
  const decoded = Object.fromEntries(
    Object.entries({ ...config.clusters[0]?.cluster, ...config.users[0]?.user })
      .filter(([key]) => key.endsWith("-data"))
      .map(([key, value]) => [key, Buffer.from(value, "base64").toString()]),
  );
  expect(decoded).toEqual({
    "certificate-authority-data": "CA\n",
    "client-certificate-data": "CERT\n",
    "client-key-data": "KEY\n",
  });
});
