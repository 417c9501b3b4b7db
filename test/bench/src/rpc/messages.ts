import { JobState } from "@climb/proto/common/v1/job";
import {
  GetPredictorRequest,
  Predictor,
  PredictorServiceDefinition,
  ValidatePredictorRequest,
} from "@climb/proto/predictor/v1/predictor_service";

/** What a server process tells once it listens. */
export interface Ports {
  port: number;
}

export const TOKEN = "of-the-bench";
export const PROJECT = "bench";

const DOMAINS = 12;
const ROWS = 16;

/** A predictor as a small search has it: 16 runs of 12 domains. */
export const predictor = Predictor.fromPartial({
  id: "0123456789abcdef0123456789abcdef",
  spec: {
    domains: Array.from({ length: DOMAINS }, (_, i) => ({ id: `d${i}`, tokens: 1_000_000n })),
    tasks: [{ name: "science", weight: 1 }],
    rows: Array.from({ length: ROWS }, (_, row) => ({
      id: `run-${row}`,
      mixture: Array.from({ length: DOMAINS }, (_, i) => (i === row % DOMAINS ? 0.45 : 0.05)),
      values: [1 + row / 100],
      seed: 1,
    })),
    proxyTokens: 1_000_000n,
    seed: 1,
  },
  status: {
    state: JobState.JOB_STATE_SUCCEEDED,
    createTime: new Date(1),
    startTime: new Date(1),
    endTime: new Date(2),
  },
  fits: [{ task: "science", spearman: 0.9, outOfFold: Array.from({ length: ROWS }, (_, row) => 1 + row / 100) }],
});

const { getPredictor, validatePredictor } = PredictorServiceDefinition.methods;
const path = (name: string) => `/${PredictorServiceDefinition.fullName}/${name}`;

/** The calls that are measured, with their requests as bytes. */
export const CALLS = {
  get: {
    path: path(getPredictor.name),
    request: Buffer.from(GetPredictorRequest.encode(GetPredictorRequest.fromPartial({ id: predictor.id })).finish()),
  },
  validate: {
    path: path(validatePredictor.name),
    request: Buffer.from(
      ValidatePredictorRequest.encode(ValidatePredictorRequest.fromPartial({ spec: predictor.spec })).finish(),
    ),
  },
};
