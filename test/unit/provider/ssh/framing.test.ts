import { spawnSync } from "node:child_process";
import {
  each,
  MarkedStream,
  request,
  shellText,
  shellWord,
} from "../../../../provider/ssh/framing";
import { library } from "../../../../provider/ssh/script-library";

describe("calls over a shell", () => {
  const loop =
    'while IFS= read -r n; do [ "${n#plinth:}" = "$n" ] || eval "$(head -c "${n#plinth:}")"; done';
  const run = (shell: string, ...requests: Buffer[]): string =>
    spawnSync(shell, ["-c", loop], {
      input: Buffer.concat([shellText(library), ...requests]),
      encoding: "utf8",
    }).stdout;

  describe.each(["dash", "bash"])("%s", (shell) => {
    test("reads every word as it was", () => {
      const words = [
        "plain",
        "ünïcödé",
        "it's",
        'a "b" $HOME `id` \\',
        "two\nlines",
        "",
        "*",
        "-n",
      ];
      const steps = words.map((word) => ["printf", "<%s>", word] as const);
      expect(run(shell, request("end", steps, Buffer.alloc(0)))).toBe(
        `${words.map((word) => `<${word}>`).join("")}\nend 0\n`,
      );
    });

    test("gives the payload to the steps and goes on behind it, whether it was read or not", () => {
      const payload = Buffer.from("plinth:5\nnot a call\n");
      const outputs = run(
        shell,
        request("one", [["cat"]], payload),
        request("two", [["true"]], payload),
        request("three", [["echo", "x"]], Buffer.alloc(0)),
      );
      expect(outputs).toBe("plinth:5\nnot a call\n\none 0\n\ntwo 0\nx\n\nthree 0\n");
    });

    test("stops at the first step that fails, and goes on with the next call", () => {
      const failing = [["echo", "before"], ["false"], ["echo", "after"]] as const;
      expect(
        run(
          shell,
          request("one", failing, Buffer.alloc(0)),
          request("two", [["echo", "x"]], Buffer.alloc(0)),
        ),
      ).toBe("before\n\none 1\nx\n\ntwo 0\n");
    });
  });

  test("a call that was cut anywhere does nothing", () => {
    const whole = request("end", [["echo", "done"]], Buffer.from("payload"));
    for (let cut = 0; cut < whole.length; cut++)
      expect(run("dash", whole.subarray(0, cut))).not.toContain("done");
    expect(run("dash", whole)).toContain("done");
  });

  test("the end of a stream is found however it is cut", () => {
    const whole = Buffer.from("some output\nplinth-end 17\n");
    for (let cut = 0; cut <= whole.length; cut++) {
      const stream = new MarkedStream("plinth-end");
      stream.push(whole.subarray(0, cut));
      expect(stream.end).toBe(cut === whole.length ? "17" : undefined);
      stream.push(whole.subarray(cut));
      expect([stream.end, stream.text()]).toEqual(["17", "some output"]);
    }
  });

  test("the end of a stream is found when it comes byte by byte, after much else", () => {
    const stream = new MarkedStream("plinth-end");
    const output = "a line\n".repeat(100);
    for (const byte of Buffer.from(`${output}\nplinth-end 4\n`)) stream.push(Buffer.from([byte]));
    expect([stream.end, stream.text()]).toEqual(["4", output]);
  });

  test("a stream of which nothing but the end comes is empty", () => {
    const stream = new MarkedStream("plinth-end");
    for (const chunk of ["\nplinth-end 0", "\n"]) stream.push(Buffer.from(chunk));
    expect([stream.end, stream.text()]).toEqual(["0", ""]);
  });

  test("a stream that has no end yet shows what was said so far", () => {
    const stream = new MarkedStream("plinth-end");
    stream.push(Buffer.from("ü plinth-end 0\nmore"));
    expect([stream.end, stream.text()]).toEqual([undefined, "ü plinth-end 0\nmore"]);
  });

  test("a call for each of no items is none", () => {
    expect(each("look_stat", [])).toEqual([]);
    expect(each("look_stat", ["/a", "/b"], "first")).toEqual([["look_stat", "first", "/a", "/b"]]);
  });

  test("a quoted word survives any shell", () => {
    expect(shellWord("it's")).toBe(`'it'\\''s'`);
  });
});
