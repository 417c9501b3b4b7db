import { measureSgemmPeak } from "@climb/onnx";
import { parameterCount, parameterSpecs } from "./core/model/shape.js";
import { PRESETS, type ProxyModel } from "./core/presets.js";
import { initialState } from "./core/training/state.js";
import { createTrainer } from "./core/training/trainer.js";

/** How fast a preset trains on one thread. */
export interface TrainingSpeed {
  preset: string;
  parameters: number;
  /** The best of several stretches, the first step left out: it allocates. */
  tokensPerSecond: number;
  /** Matrix products of a step alone, 10⁹ operations a second, and their share of what one product of size 768 reaches. */
  gflops: number;
  shareOfPeak: number;
  /** Building the graph and opening the session. */
  openMs: number;
}

const STRETCHES = 5;

/** Measures training on one thread, with the given presets for about `secondsEach`. */
export async function benchTraining(
  options: { presets?: readonly string[]; secondsEach?: number } = {},
): Promise<{ sgemmPeakGflops: number; presets: TrainingSpeed[] }> {
  const { presets = ["nano", "tiny", "small"], secondsEach = 4 } = options;
  const now = () => performance.now();
  const peak = await measureSgemmPeak(now);
  const speeds: TrainingSpeed[] = [];
  for (const name of presets) {
    const proxy = PRESETS[name];
    if (!proxy) throw new RangeError(`there is no preset ${name}; there are: ${Object.keys(PRESETS).join(", ")}`);
    const opening = now();
    const trainer = await createTrainer({ shape: proxy, batch: proxy.batch, state: initialState(proxy, 1) });
    const openMs = now() - opening;
    trainer.tokens.forEach((_, i) => {
      trainer.tokens[i] = (i * 7919) % proxy.vocabulary;
      trainer.targets[i] = ((i + 1) * 7919) % proxy.vocabulary;
    });
    await trainer.step(proxy.learningRate);
    let tokensPerSecond = 0;
    for (let stretch = 0; stretch < STRETCHES; stretch++) {
      const start = now();
      let steps = 0;
      do {
        await trainer.step(proxy.learningRate);
        steps++;
      } while (now() - start < (secondsEach * 1000) / STRETCHES);
      tokensPerSecond = Math.max(tokensPerSecond, (steps * trainer.tokens.length * 1000) / (now() - start));
    }
    await trainer.close();
    const gflops = (tokensPerSecond * operationsPerToken(proxy)) / 1e9;
    const parameters = parameterCount(proxy);
    speeds.push({ preset: name, parameters, tokensPerSecond, gflops, shareOfPeak: gflops / peak, openMs });
  }
  return { sgemmPeakGflops: peak, presets: speeds };
}

/**
 * Operations of the matrix products of a step, for each token: two for each weight of a product and each of the three
 * passes (forward, gradient of the input, gradient of the weight), and the scores and sums of attention over the whole
 * context. The embedding is looked up, not multiplied, unless it is the head too.
 */
function operationsPerToken(proxy: ProxyModel): number {
  const looked = proxy.tied ? 0 : proxy.vocabulary * proxy.width;
  const weights = parameterSpecs(proxy).reduce((sum, { shape: [rows, cols] }) => sum + rows * cols, 0) - looked;
  return 6 * weights + 12 * proxy.layers * proxy.width * proxy.context;
}
