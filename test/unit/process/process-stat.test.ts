import { parsedProcessStat, processStat } from "../../../process/process-stat";

test("the command of a process may hold parentheses and spaces", () => {
  const fields = Array.from({ length: 50 }, (_, index) => `${index + 3}`);
  expect(parsedProcessStat(`42 (odd ) name) S ${fields.slice(1).join(" ")}`)).toEqual({
    command: "odd ) name",
    state: "S",
    parent: 4,
    startTime: "22",
  });
});

test("a process that runs is found, one that does not is not", () => {
  expect(processStat(process.pid)).toMatchObject({ parent: process.ppid });
  expect(processStat(4_194_305)).toBeUndefined();
});
