import { withoutSecrets, secret, secretLike } from "../../../provider/json";

describe("secrets", () => {
  test("a live value is secret where the state's is", () => {
    const template = { a: secret("1"), b: { c: secret({ d: "1" }) }, e: "1" };
    expect(secretLike(template, { a: "2", b: { c: { d: "2" } }, e: "2", f: "2" })).toEqual({
      a: secret("2"),
      b: { c: secret({ d: "2" }) },
      e: "2",
      f: "2",
    });
  });

  test("plain takes every wrapper off", () => {
    expect(withoutSecrets({ a: secret({ b: [secret("1")] }) })).toEqual({ a: { b: ["1"] } });
  });
});
