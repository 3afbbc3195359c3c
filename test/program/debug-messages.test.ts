import * as pulumi from "@pulumi/pulumi";
import { shortenDebugMessages } from "../../components/operator/debug-messages";

class Key extends pulumi.CustomResource {
  declare readonly key: pulumi.Output<string>;

  constructor(name: string) {
    super("test:index:Key", name, { key: undefined });
  }
}

test("the SDK's debug messages do not quote what the engine answers, secrets included", async () => {
  const { debug } = pulumi.log;
  const messages: string[] = [];
  const listener: typeof debug = (message) => {
    messages.push(message);
    return Promise.resolve();
  };
  Object.assign(pulumi.log, { debug: listener });
  shortenDebugMessages();
  await pulumi.runtime.setMocks({
    newResource: ({ name }) => ({ id: name, state: { key: pulumi.secret("-----BEGIN") } }),
    call: () => ({}),
  });
  const { key } = new Key("one");
  await new Promise((resolve) => key.apply(resolve));
  await pulumi.runtime.disconnect();
  Object.assign(pulumi.log, { debug });
  expect(messages.filter((message) => message.includes("RPC finished"))).not.toEqual([]);
  expect(messages.filter((message) => message.includes("-----BEGIN"))).toEqual([]);
});
