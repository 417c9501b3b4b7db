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
    /** Weights of mixtures that are predicted to be as good within the noise. */
    asGood: { lower: number; upper: number } | undefined;
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
    isAnswer: boolean;
    obeysConstraints: boolean;
    /** Further names of the same mixture. */
    also: string[];
    /** Answer minus this one, for each target. */
    taskDifferences: Interval[];
    taskProbabilities: number[];
  }[];
  /** Predicted change of each task's bits per byte when a hundredth of the weight moves to the domain. */
  effects: { domainId: string; tasks: number[]; objective: number }[];
  fits: {
    task: string;
    spearman: number;
    rSquared: number;
    coverage: number;
    /** Standard deviation between seeds. */
    noise: number;
    models: [string, number][];
  }[];
  noise: number;
  /** What the answer is worth, in sentences. */
  verdict: string[];
  /** The baseline that targets are held against. */
  reference: string;
  checks: { name: string; outcome: "pass" | "warn" | "fail"; sentence: string }[];
  /** Constraints that hold the answer back; price in bits per byte for a hundredth. */
  binding: { what: string; bound: number; price: number }[];
  /** The predicted optimum without constraints. */
  unconstrained: { mixture: number[]; objective: number } | undefined;
  /** Mixtures of which none is predicted better than another on every target. */
  front: { mixture: number[]; origin: string; tasks: number[] }[];
  /** Shares of each target's runs of 13 tokens that occur in the corpus. */
  overlaps: { target: string; share: number; domains: { domainId: string; share: number }[] }[];
  /** Documents that contain a target and were left out. */
  leftOut:
    | {
        documents: number;
        tokens: number;
        targets: Record<string, { documents: number; domains: Record<string, number> }>;
      }
    | undefined;
  warnings: string[];
  /** A sample of the documents in the plane. */
  map: { x: number; y: number; domainId: string; title: string }[];
  pruned: { documents: number; reason: string; terms: string[]; quality: number }[];
  settings: [string, string][];
}
