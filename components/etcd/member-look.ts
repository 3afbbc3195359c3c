import type { ListedMember, MemberLook } from "../operations/etcd-group";

/** What scripts/look.sh printed; of a host that it could not be run on, that nothing is there. */
export function memberLook(output: string): MemberLook {
  const lines = output.split("\n").map((line) => line.split(" "));
  const values = (word: string) =>
    lines.filter(([first]) => first === word).map(([, ...rest]) => rest);
  const healthy = new Set(values("healthy").map(([id]) => id));
  const listed = values("member").map(([id = "", name = "", url = "", , learner]): ListedMember => {
    const named = name === "-" ? "" : name;
    return { id, name: named, url, learner: learner === "true", healthy: healthy.has(id) };
  });
  const [[revision = ""] = []] = values("revision");
  return {
    data: values("data").length > 0,
    running: values("running").length > 0,
    ...(listed.length === 0 ? {} : { listed }),
    ...(/^\d+$/.test(revision) ? { revision: Number(revision) } : {}),
  };
}
