import { toMillionths } from "@climb/numeric";
import type { Fault } from "@climb/proto/common/v1/job";
import type { PredictorSpec } from "@climb/proto/predictor/v1/predictor_service";
import { fieldFault } from "@climb/resources";
import { allModels } from "../core/models.js";
import { mixtureFault, valuesFault } from "../core/rows.js";

/** Models by the names of the contract. */
export const MODEL_NAMES: readonly string[] = [...allModels.filter((name) => name !== "mean"), "paper"];

/** What is wrong with a specification beyond the rules of the contract, each fault with its field. */
export function specFaults(spec: PredictorSpec): Fault[] {
  const faults: Fault[] = [];
  const fault = (field: string, found: string | number, expected: string) =>
    faults.push(fieldFault(`spec.${field}`, found, expected));

  for (const id of repeated(spec.domains.map((domain) => domain.id))) fault("domains", `"${id}" twice`, "unique ids");
  for (const name of repeated(spec.tasks.map((task) => task.name))) fault("tasks", `"${name}" twice`, "unique names");
  if (spec.proxyTokens === 0n && spec.tasks.some((task) => task.statistics)) {
    fault("proxy_tokens", 0, "the tokens of one run, which the statistics of tasks need");
  }
  if (spec.tasks.length > 0 && !spec.tasks.some(({ weight }) => weight > 0)) {
    fault("tasks", "no positive weight", "a task that earns something");
  }
  spec.models.forEach((model, m) => {
    if (MODEL_NAMES.includes(model)) return;
    const message = `"${model}" is unknown, expected one of ${MODEL_NAMES.join(", ")}`;
    faults.push({ field: `spec.models[${m}]`, message, reason: "MODEL_UNKNOWN" });
  });
  if (spec.noise.length > 0 && spec.noise.length !== spec.tasks.length) {
    fault("noise", `${spec.noise.length} values`, `one for each of ${spec.tasks.length} tasks, or none`);
  }
  const mixtures = new Set<string>();
  spec.rows.forEach((row, r) => {
    const wrong = mixtureFault(row.mixture, spec.domains.length);
    if (wrong) fault(`rows[${r}].mixture`, wrong.found, wrong.expected);
    else mixtures.add(toMillionths(row.mixture).join());
    const wrongValues = valuesFault(row.values, spec.tasks.length);
    if (wrongValues) fault(`rows[${r}].values`, wrongValues.found, wrongValues.expected);
  });
  if (mixtures.size < 2 && faults.length === 0) {
    const few = fieldFault("spec.rows", `${mixtures.size} different mixtures`, "at least 2");
    faults.push({ ...few, reason: "DATA_INSUFFICIENT" });
  }
  return faults;
}

function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, i) => values.indexOf(value) !== i))];
}
