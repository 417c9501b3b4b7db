import type { Activation } from "./model/shape.js";
import { DEFAULT_PRESET, PRESETS, type ProxyModel, type ScheduleName } from "./presets.js";

/** A proxy as it was asked for: a preset and what differs from it. */
export interface ProxyRequest {
  preset?: string;
  width?: number;
  layers?: number;
  heads?: number;
  context?: number;
  batch?: number;
  learningRate?: number;
  tied?: boolean;
  warmupSteps?: number;
  schedule?: ScheduleName;
  activation?: Activation;
  microBatches?: number;
  averageDecay?: number;
}

/** What is wrong with a field, by its name in the contract. */
export interface FieldFault {
  field: string;
  found: string;
  expected: string;
}

const CONTRACT_NAMES: Partial<Record<keyof ProxyModel, string>> = {
  learningRate: "learning_rate",
  microBatches: "micro_batches",
  averageDecay: "average_decay",
};

/** Fills in the preset's values; faults name the field and what was expected. */
export function resolveProxy(request: ProxyRequest): { proxy: ProxyModel; faults: FieldFault[] } {
  const faults: FieldFault[] = [];
  const name = request.preset || DEFAULT_PRESET;
  const preset = Object.hasOwn(PRESETS, name) ? PRESETS[name] : undefined;
  if (!preset) faults.push({ field: "preset", found: name, expected: `one of ${Object.keys(PRESETS).join(", ")}` });
  const base = preset ?? (PRESETS[DEFAULT_PRESET] as ProxyModel);
  const proxy: ProxyModel = {
    ...base,
    width: request.width || base.width,
    layers: request.layers || base.layers,
    heads: request.heads || base.heads,
    context: request.context || base.context,
    batch: request.batch || base.batch,
    learningRate: request.learningRate || base.learningRate,
    tied: request.tied ?? base.tied,
    warmupSteps: request.warmupSteps || base.warmupSteps,
    schedule: request.schedule ?? base.schedule,
    activation: request.activation ?? base.activation ?? "squared-relu",
    microBatches: request.microBatches || base.microBatches,
    averageDecay: request.averageDecay || base.averageDecay,
  };
  const expect = (good: boolean, field: keyof ProxyModel, expected: string) => {
    if (!good) faults.push({ field: CONTRACT_NAMES[field] ?? field, found: String(proxy[field]), expected });
  };
  expect(proxy.width >= 8 && proxy.width <= 8192, "width", "8 to 8192");
  expect(proxy.layers >= 1 && proxy.layers <= 128, "layers", "1 to 128");
  expect(proxy.width % proxy.heads === 0, "heads", `a divisor of the width ${proxy.width}`);
  expect((proxy.width / proxy.heads) % 2 === 0, "heads", "an even width a head, because positions rotate pairs");
  expect(proxy.context >= 8 && proxy.context <= 8192, "context", "8 to 8192");
  expect(proxy.batch >= 1 && proxy.batch <= 4096, "batch", "1 to 4096");
  expect(proxy.batch % proxy.microBatches === 0, "microBatches", `a divisor of the batch ${proxy.batch}`);
  expect(proxy.averageDecay >= 0 && proxy.averageDecay < 1, "averageDecay", "at least 0, below 1");
  expect(proxy.learningRate > 0 && proxy.learningRate <= 1, "learningRate", "above 0, at most 1");
  return { proxy, faults };
}
