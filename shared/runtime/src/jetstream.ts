import { type JetStreamManager, NatsError, type StreamConfig } from "nats";

/** Creates a stream, or brings an existing one to the given configuration. Safe when several services start at once. */
export async function ensureStream(
  manager: JetStreamManager,
  config: Partial<StreamConfig> & { name: string },
): Promise<void> {
  try {
    await manager.streams.add(config);
  } catch (error) {
    // Another service created it with another version's options; the newer start wins.
    if (!(error instanceof NatsError && error.api_error?.code === 400)) throw error;
    await manager.streams.update(config.name, config);
  }
}

/** Milliseconds as JetStream wants durations. */
export function nanoseconds(ms: number): number {
  return ms * 1_000_000;
}
