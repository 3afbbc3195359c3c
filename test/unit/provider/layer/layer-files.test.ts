import { installLinks } from "../../../../provider/layer/layer-files";

test("an [Install] section says which links start a unit at boot", () => {
  const text =
    "[Unit]\nWantedBy=no.target\n[Install]\nWantedBy=multi-user.target a.target\nRequiredBy=b.target\nAlias=c.service\n";
  expect(installLinks("x.service", text)).toEqual(
    [
      "multi-user.target.wants/x.service",
      "a.target.wants/x.service",
      "b.target.requires/x.service",
      "c.service",
    ].map((link) => `/etc/systemd/system/${link}`),
  );
});
