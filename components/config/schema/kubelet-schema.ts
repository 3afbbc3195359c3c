import { z } from "zod";

import * as value from "./value-schemas";

/** Resources that can be kept back from pods; what is absent is not kept back. */
function reservedResources(cpu: string, memory: string) {
  return z
    .strictObject({
      cpu: value.quantity.default(cpu).describe("CPU."),
      memory: value.quantity.default(memory).describe("Memory."),
      "ephemeral-storage": value.quantity.exactOptional().describe("Disk; default: nothing."),
      pid: value.quantity.exactOptional().describe("Processes; default: nothing."),
    })
    .prefault({});
}

/**
 * The key `kubelet`. The memory defaults sum up to 350 MiB, so that a node with 1 GiB, of which the
 * kernel has taken its part, leaves more than 600 MiB to pods.
 */
export const kubeletSchema = z.strictObject({
  maxPods: value.wholeNumber(1, 1000).default(110).describe("Maximum number of pods on a node."),
  systemReserved: reservedResources("50m", "100Mi").describe(
    "Kept back for the host's own services.",
  ),
  kubeReserved: reservedResources("50m", "150Mi").describe(
    "Kept back for kubelet and container runtime.",
  ),
  evictionHard: z
    .strictObject({
      "memory.available": value.quantityOrPercentage.default("100Mi").describe("Free memory."),
      "nodefs.available": value.quantityOrPercentage
        .default("10%")
        .describe("Free space of the file system with /var/lib/kubelet."),
      "nodefs.inodesFree": value.quantityOrPercentage.default("5%").describe("Its free inodes."),
      "imagefs.available": value.quantityOrPercentage
        .default("15%")
        .describe("Free space of the file system with images."),
      "imagefs.inodesFree": value.quantityOrPercentage.default("5%").describe("Its free inodes."),
      "pid.available": value.quantityOrPercentage.exactOptional().describe("Free process ids."),
    })
    .prefault({})
    .describe("Below these the kubelet evicts pods at once."),
  containerLogMaxSize: value.quantity
    .default("10Mi")
    .describe("Size at which the log of a container is rotated."),
  containerLogMaxFiles: value
    .wholeNumber(2, 100)
    .default(5)
    .describe("Log files kept per container."),
  extraArgs: value.extraArgs.describe("Flags of the kubelet; they win over Plinth's own."),
});
