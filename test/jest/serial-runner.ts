import TestRunner from "jest-runner";

/** Runs one test file after the other, on however many cores: these share the hosts of one machine. */
export default class SerialRunner extends TestRunner {
  override readonly isSerial = true;
}
