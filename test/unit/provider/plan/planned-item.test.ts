import { plannedItem } from "../../../../provider/plan/planned-item";

test("what is planned without being wanted ends the run, before a host gets an empty text for it", () => {
  expect(plannedItem({ a: 1 }, "a")).toBe(1);
  expect(() => plannedItem({ a: 1 }, "b")).toThrow("b is planned but not part of the layer");
});
