import { createInterface } from "node:readline/promises";

/** Asks a question. */
export type Answer = (question: string) => Promise<string>;

/** Asks at the terminal; an error names the option that makes the question needless. */
export function terminalAnswer(option: string): Answer {
  return async (question) => {
    if (!process.stdin.isTTY) {
      throw new Error(`standard input is no terminal, so nobody can confirm: pass ${option}`);
    }
    const terminal = createInterface({ input: process.stdin, output: process.stdout });
    const answer = await terminal.question(question);
    terminal.close();
    return answer;
  };
}
