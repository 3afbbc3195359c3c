/** Where a text stops being JSON, and what could have stood there. */
export interface JsonMistake {
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly got: string;
  readonly expected: string;
}

/** The first mistake of a text that is no JSON: https://www.rfc-editor.org/rfc/rfc8259; what Node says of it differs by version and often has no place. */
export function jsonMistake(text: string): JsonMistake | undefined {
  const reader = new Reader(text);
  if (reader.document()) return undefined;
  const before = text.slice(0, reader.at).split("\n");
  const [got] = /^\S{0,20}/.exec(text.slice(reader.at)) ?? [];
  return {
    line: before.length,
    column: (before.at(-1) ?? "").length + 1,
    got: got === undefined || got === "" ? "the end of the file" : got,
    expected: reader.expected,
  };
}

const space = /[ \t\r\n]*/y;
const quoted = /"([ !#-[\]-\u{10ffff}]|\\["\\/bfnrt]|\\u[\da-fA-F]{4})*"/uy;
const plain = /-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?|true|false|null/y;

/** Goes forward as long as it reads JSON; each method tells whether it got through. */
class Reader {
  at = 0;
  expected = "";

  constructor(private readonly content: string) {}

  document(): boolean {
    return this.value() && (this.is(/$/y) || this.missed("the end of the file"));
  }

  private value(): boolean {
    if (this.is(/\{/y)) return this.list(/\}/y, "}", () => this.member());
    if (this.is(/\[/y)) return this.list(/\]/y, "]", () => this.value());
    return this.is(plain) || this.text("a value");
  }

  private member(): boolean {
    if (!this.text("a key in double quotes")) return false;
    return (this.is(/:/y) || this.missed(":")) && this.value();
  }

  private text(expected: string): boolean {
    if (this.is(quoted)) return true;
    const open = this.content[this.at] === '"';
    return this.missed(
      open ? "a text that ends on its line and is escaped as JSON's are" : expected,
    );
  }

  /** What stands between brackets, the first of which has been read. */
  private list(end: RegExp, bracket: string, element: () => boolean): boolean {
    if (this.is(end)) return true;
    while (element()) {
      if (this.is(end)) return true;
      if (!this.is(/,/y)) return this.missed(`, or ${bracket}`);
    }
    return false;
  }

  /** Goes past a token, which has one form at a place, and the space before it. */
  private is(token: RegExp): boolean {
    this.past(space);
    return this.past(token);
  }

  private past(token: RegExp): boolean {
    token.lastIndex = this.at;
    if (!token.test(this.content)) return false;
    this.at = token.lastIndex;
    return true;
  }

  private missed(expected: string): boolean {
    this.expected = expected;
    return false;
  }
}
