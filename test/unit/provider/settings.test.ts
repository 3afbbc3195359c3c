import { secret } from "../../../provider/json";
import { settingsFailures, providerSettings } from "../../../provider/settings";

describe("settings", () => {
  test("a path starts at home, a number may be text", () => {
    expect(providerSettings({ privateKeyFile: "~/x", connectTimeoutSeconds: "7" })).toEqual({
      privateKeyFile: "~/x",
      connectTimeoutSeconds: 7,
      maintenance: [],
      lost: [],
    });
  });

  test("hosts are named that are left alone, and those that are gone for good", () => {
    const named = { maintenance: ["cp2"], lost: ["w3", "w4"] };
    expect(providerSettings({ privateKeyFile: "x", connectTimeoutSeconds: 7, ...named })).toEqual(
      expect.objectContaining(named),
    );
  });

  test("a way to log in is needed", () => {
    expect(settingsFailures({})).toEqual({
      privateKeyFile: "no way to log in: set privateKeyFile, privateKey or agentSocket",
      connectTimeoutSeconds: "is missing, expected a number of seconds of at least 1",
    });
    expect(settingsFailures({ privateKey: secret("x"), connectTimeoutSeconds: 0 })).toEqual({
      connectTimeoutSeconds: "is 0, expected a number of seconds of at least 1",
    });
  });
});
