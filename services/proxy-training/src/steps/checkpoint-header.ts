import { open } from "node:fs/promises";
import { readSafetensorsHeader, type SafetensorsHeader, safetensorsHeaderBytes } from "@climb/numeric";

/** What a checkpoint file holds, without its values: weights may be gigabytes. @throws RangeError if it is no safetensors file */
export async function readCheckpointHeader(path: string): Promise<SafetensorsHeader> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const beginning = Buffer.alloc(8);
    const { bytesRead } = await file.read(beginning, 0, 8, 0);
    const start = Buffer.alloc(safetensorsHeaderBytes(beginning.subarray(0, bytesRead), size));
    await file.read(start, 0, start.length, 0);
    return readSafetensorsHeader(start, size);
  } finally {
    await file.close();
  }
}
