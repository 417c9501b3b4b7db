/** From values to pixels along one axis. */
export interface Scale {
  at(value: number): number;
  ticks: readonly number[];
  /** A tick as it is written: no more places than tell it from its neighbours. */
  write(tick: number): string;
}

export interface ScaleOptions {
  /** Begin at zero. */
  zero?: boolean;
  /** About so many ticks; 5, unless given. */
  ticks?: number;
  write?: (tick: number) => string;
}

/**
 * A linear scale over all values that are numbers, with a little room at both ends.
 * @param pixels where the least and where the greatest value is
 */
export function linear(
  values: readonly (number | null | undefined)[],
  pixels: readonly [number, number],
  { zero = false, ticks: wanted = 5, write }: ScaleOptions = {},
): Scale {
  const known = values.filter((value): value is number => typeof value === "number" && Number.isFinite(value));
  let [low, high] = [Math.min(...known), Math.max(...known)];
  if (known.length === 0) [low, high] = [0, 1];
  if (zero) [low, high] = [Math.min(0, low), Math.max(0, high)];
  // Values that are all the same, to what numbers can tell, get some room around them.
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (high - low <= 1e-9 * size || size < 1e-12) {
    const half = size < 1e-12 ? 0.5 : 0.01 * size;
    [low, high] = [low - half, high + half];
    if (zero) [low, high] = [Math.min(0, low), Math.max(0, high)];
  }
  const room = (high - low) * 0.05;
  const from = zero && low === 0 ? 0 : low - room;
  const to = zero && high === 0 ? 0 : high + room;
  const [begin, end] = pixels;
  const step = stepOf((to - from) / wanted);
  const places = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return {
    at: (value) => begin + ((value - from) / (to - from)) * (end - begin),
    ticks: multiples(from, to, step),
    write: write ?? ((tick) => tick.toFixed(places).replace("-", "−")),
  };
}

/** The step of 1, 2 or 5 times a power of ten that is nearest above. */
function stepOf(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5].find((factor) => factor * power >= rough * (1 - 1e-9)) ?? 10);
}

function multiples(from: number, to: number, step: number): number[] {
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}
