import { addonCluster, expectNoChanges, onlyDeletions } from "../support/cluster/addon-cluster";
import { shellOn } from "../support/lab/host-probes";
import { eventually } from "../support/lab/lab";
import { minutes } from "../support/text/durations";

const configFile = "test/support/stacks/storage.yaml";

// each test goes on from the cluster that the one before it left
describe("a cluster with storage classes of type local-path", () => {
  const { cluster, user, changed } = addonCluster("storage", configFile, ["s1"]);

  test(
    "keeps what a StatefulSet wrote when its pod is deleted",
    async () => {
      await user.apply(writer());
      await user.podReady("writer-0");
      const written = await cluster.kubectl("exec", "writer-0", "--", "cat", "/data/first");
      const uid = await podUid();
      await cluster.kubectl("delete", "pod", "writer-0", "--wait=false");
      await eventually("another pod has taken its place", 60, async () =>
        (await podUid()) === uid ? undefined : true,
      );
      await user.podReady("writer-0");
      expect(await cluster.kubectl("exec", "writer-0", "--", "cat", "/data/first")).toBe(written);
    },
    5 * minutes,
  );

  test(
    "gives claims without a class a directory that goes with its claim, and those of a class that retains one that stays",
    async () => {
      await user.apply(claim("kept", "kept"), reader("kept"));
      await user.podReady("reader-kept");
      const directories = () =>
        shellOn("s1", "ls -d /var/lib/local-path/* /var/lib/kept/* || true");
      expect(await directories()).toMatch(
        /kept\/pvc-\S+_default_kept\n\S+local-path\/pvc-\S+_data-writer-0$/,
      );
      await cluster.kubectl("delete", "statefulset/writer", "pod/reader-kept");
      await cluster.kubectl("delete", "pvc", "--all");
      await eventually("only the retained directory is left", 60, async () =>
        /^\/var\/lib\/kept\/pvc-[^\n]+$/.test(await directories()) ? true : undefined,
      );
    },
    5 * minutes,
  );

  test("is left alone by a second run", () => expectNoChanges(cluster), 2 * minutes);

  test(
    "loses all of it, and nothing else, when the classes leave the stack config",
    async () => {
      const without = changed((raw) => {
        delete (raw.addons as { storageClasses?: object }).storageClasses;
      });
      expect(onlyDeletions(await without.up())).toBe(11);
      const kinds = "storageclasses,namespaces,clusterroles,clusterrolebindings";
      const left = await cluster.kubectl("get", kinds, "-o", "name");
      expect(left).not.toContain("local-path");
      expect(left).not.toContain("/kept");
    },
    3 * minutes,
  );

  function podUid(): Promise<string> {
    return cluster.kubectl("get", "pod", "writer-0", "-o", "jsonpath={.metadata.uid}");
  }
});

const busybox = "docker.io/library/busybox:1.37.0";

function container(name: string, script: string): object {
  return {
    name,
    image: busybox,
    command: ["sh", "-c", script],
    volumeMounts: [{ name: "data", mountPath: "/data" }],
  };
}

function claimSpec(storageClassName?: string): object {
  return {
    accessModes: ["ReadWriteOnce"],
    resources: { requests: { storage: "16Mi" } },
    ...(storageClassName === undefined ? {} : { storageClassName }),
  };
}

function claim(name: string, storageClassName: string): object {
  const metadata = { name, namespace: "default" };
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata,
    spec: claimSpec(storageClassName),
  };
}

/** Writes a line at its first start, which no later start changes. */
function writer(): object {
  const script = "[ -e /data/first ] || cat /proc/sys/kernel/random/uuid >/data/first; sleep 3600";
  const labels = { app: "writer" };
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "writer", namespace: "default" },
    spec: {
      serviceName: "writer",
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { terminationGracePeriodSeconds: 1, containers: [container("writer", script)] },
      },
      volumeClaimTemplates: [{ metadata: { name: "data" }, spec: claimSpec() }],
    },
  };
}

function reader(claimName: string): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `reader-${claimName}`, namespace: "default" },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [container("reader", "sleep 3600")],
      volumes: [{ name: "data", persistentVolumeClaim: { claimName } }],
    },
  };
}
