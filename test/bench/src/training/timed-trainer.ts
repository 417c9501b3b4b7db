import { PRESETS, type ProxyModel } from "@climb/proxy-training/core/presets";
import { initialState } from "@climb/proxy-training/core/training/state";
import { type Batch, createTrainer, sessionOptionsFor } from "@climb/proxy-training/core/training/trainer";

/** A trainer on made-up tokens, to be timed. */
export interface TimedTrainer {
  readonly proxy: ProxyModel;
  readonly stepTokens: number;
  /** Building the graph and opening the session. */
  readonly sessionMs: number;
  /** Trains for about so long, at least one step; returns tokens a second. */
  stretch(ms: number): Promise<number>;
  close(): Promise<void>;
}

/** Opens it and takes one step, which allocates. @throws RangeError if there is no such preset */
export async function openTimedTrainer(preset: string): Promise<TimedTrainer> {
  const proxy = PRESETS[preset];
  if (!proxy) throw new RangeError(`there is no preset ${preset}; there are: ${Object.keys(PRESETS).join(", ")}`);
  const started = performance.now();
  const trainer = await createTrainer({
    shape: proxy,
    batch: proxy.batch,
    state: initialState(proxy, 1),
    microBatches: proxy.microBatches,
    session: sessionOptionsFor(proxy, proxy.batch / proxy.microBatches),
  });
  const sessionMs = performance.now() - started;
  const { tokens, targets } = trainer.batches[0] as Batch;
  tokens.forEach((_, i) => {
    tokens[i] = (i * 7919) % proxy.vocabulary;
    targets[i] = ((i + 1) * 7919) % proxy.vocabulary;
  });
  const stepTokens = tokens.length;
  await trainer.take([proxy.learningRate]);
  return {
    proxy,
    stepTokens,
    sessionMs,
    async stretch(ms) {
      const start = performance.now();
      let steps = 0;
      do {
        await trainer.take([proxy.learningRate]);
        steps++;
      } while (performance.now() - start < ms);
      return (steps * stepTokens * 1000) / (performance.now() - start);
    },
    close: () => trainer.close(),
  };
}
