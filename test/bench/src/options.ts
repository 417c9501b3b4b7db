import type { BenchmarkSurroundings } from "@climb/cli/commands/bench";

/** What a benchmark is given. */
export interface BenchOptions extends BenchmarkSurroundings {
  corpus?: string;
  copies?: string;
  data?: string;
  tasks?: string;
  init?: string;
  threads?: string;
  parts?: string;
  python?: string;
  presets?: string;
  seeds?: string;
  requests?: string;
  documents?: string;
  shards?: string;
  model?: string;
  quick?: boolean;
  results?: string;
}
