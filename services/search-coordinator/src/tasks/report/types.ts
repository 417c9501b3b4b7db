/** A value with its 90 % interval. */
export interface Interval {
  mean: number;
  lower: number;
  upper: number;
}

/** Everything that the report shows, already computed. */
export interface ReportData {
  title: string;
  targets: { name: string; weight: number }[];
  domains: {
    id: string;
    label: string;
    terms: string[];
    examples: string[];
    documents: number;
    tokens: number;
    quality: number;
    weight: number;
    proportional: number;
    repetition: number;
  }[];
  runs: {
    round: number;
    role: "explore" | "baseline" | "confirm" | "replicate";
    origin: string;
    mixture: number[];
    objective: number;
    predicted?: { value: number; lower: number; upper: number };
    tasks: { target: string; bitsPerByte: number }[];
    seconds: number;
    tokens: number;
  }[];
  failedRuns: number;
  answer: { origin: string; objective: Interval; tasks: Interval[] };
  comparisons: {
    name: string;
    kind: "baseline" | "runner-up";
    objective: Interval;
    tasks: Interval[];
    difference: Interval;
    probabilityAnswerIsBetter: number;
  }[];
  /** Predicted change of each task's bits per byte when a hundredth of the weight moves to the domain. */
  effects: { domainId: string; tasks: number[]; objective: number }[];
  fits: { task: string; spearman: number; rSquared: number; coverage: number; models: [string, number][] }[];
  noise: number;
  warnings: string[];
  /** A sample of the documents in the plane. */
  map: { x: number; y: number; domainId: string; title: string }[];
  pruned: { documents: number; reason: string; terms: string[]; quality: number }[];
  settings: [string, string][];
}
