import { execStart, systemdUnit } from "../../../../components/host/init/systemd-unit";

test("a unit file has its sections in order, and a line for each value of a repeated key", () => {
  const unit = systemdUnit({
    Unit: { Description: "x", After: "a.service b.service" },
    Service: { ExecStart: "/bin/x", LimitNOFILE: 65536, SystemCallFilter: ["@a", "~@b"] },
    Install: { WantedBy: "multi-user.target" },
  });
  expect(unit).toBe(`[Unit]
Description=x
After=a.service b.service

[Service]
ExecStart=/bin/x
LimitNOFILE=65536
SystemCallFilter=@a
SystemCallFilter=~@b

[Install]
WantedBy=multi-user.target
`);
});

test("a unit without an Install section is not enabled by anything", () => {
  expect(systemdUnit({ Unit: {}, Service: { ExecStart: "/bin/x" } })).not.toContain("[Install]");
});

test("flags stand sorted on lines of their own, whatever order they came in", () => {
  const one = execStart("/bin/x", { "b-flag": "2", a: "1" });
  expect(one).toBe("/bin/x \\\n  --a=1 \\\n  --b-flag=2");
  expect(execStart("/bin/x", { a: "1", "b-flag": "2" })).toBe(one);
});

test("a binary without flags is the whole command", () => {
  expect(execStart("/bin/x", {})).toBe("/bin/x");
});

// what systemd.service(5) gives a meaning inside ExecStart=
test.each([
  ["a specifier", "100%", "--f=100%%"],
  ["a variable", "$HOME/${X}", "--f=$$HOME/$${X}"],
  ["a space", "a b", '"--f=a b"'],
  ["a semicolon", "a;b", '"--f=a;b"'],
  ["a double quote", 'say "x"', '"--f=say \\"x\\""'],
  ["a single quote", "it's", `"--f=it's"`],
  ["a backslash", "a\\b", '"--f=a\\\\b"'],
  ["nothing of that", "*,bootstrapsigner", "--f=*,bootstrapsigner"],
])("%s in a flag's value reaches the program as it is", (_, value, word) => {
  expect(execStart("/bin/x", { f: value })).toBe(`/bin/x \\\n  ${word}`);
});
