import { patiently } from "@climb/resources";
import type { Client, Logger, ServiceDefinition } from "@climb/runtime";

export interface Patience {
  patienceMs: number;
  signal: AbortSignal;
  /** Told once a minute what is waited for. */
  say(line: string): void;
}

/**
 * A client that waits for a suite that is away: calls that answer once are made again, and watches go on, as a watch begins
 * with the present. Other streams are the caller's to repeat.
 */
export function patientClient<D extends ServiceDefinition>(
  definition: D,
  client: Client<D>,
  { patienceMs, signal, say }: Patience,
): Client<D> {
  const logger = { warn: (_fields: unknown, message: string) => say(message) } as unknown as Logger;
  const calls = Object.entries(definition.methods).map(([name, method]) => {
    const call = client[name as keyof Client<D>] as unknown as (input: unknown, options?: unknown) => unknown;
    const wait = <T>(work: () => Promise<T>) => patiently({ logger, patienceMs }, method.name, signal, work);
    if (method.requestStream || (method.responseStream && !method.name.startsWith("Watch"))) return [name, call];
    if (!method.responseStream)
      return [name, (input: unknown, options?: unknown) => wait(async () => call(input, options))];
    const watch = async function* (input: unknown, options?: unknown) {
      let messages: AsyncIterator<unknown> | undefined;
      const next = async () => {
        messages ??= (call(input, options) as AsyncIterable<unknown>)[Symbol.asyncIterator]();
        try {
          return await messages.next();
        } catch (error) {
          messages = undefined;
          throw error;
        }
      };
      try {
        for (let one = await wait(next); !one.done; one = await wait(next)) yield one.value;
      } finally {
        await messages?.return?.();
      }
    };
    return [name, watch];
  });
  return { ...Object.fromEntries(calls), close: client.close } as Client<D>;
}
