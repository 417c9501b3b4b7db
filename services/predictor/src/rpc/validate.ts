import { toMillionths } from "@climb/numeric";
import type { Fault } from "@climb/proto/common/v1/job";
import type { PredictorSpec } from "@climb/proto/predictor/v1/predictor_service";
import { allModels } from "../core/models.js";
import { mixtureFault, valuesFault } from "../core/rows.js";

/** Models by the names of the contract. */
export const MODEL_NAMES: readonly string[] = [...allModels.filter((name) => name !== "mean"), "paper"];

/** Everything that is wrong with a specification, each fault with its field. */
export function specFaults(spec: PredictorSpec | undefined): Fault[] {
  if (!spec) return [{ field: "spec", message: "there is no specification", reason: "FIELD_INVALID" }];
  const faults: Fault[] = [];
  const fault = (field: string, message: string, reason = "FIELD_INVALID") =>
    faults.push({ field: `spec.${field}`, message, reason });

  if (spec.domains.length === 0) fault("domains", "there are none, expected at least one");
  for (const id of repeated(spec.domains.map((domain) => domain.id))) fault("domains", `"${id}" occurs twice`);
  if (spec.tasks.length === 0) fault("tasks", "there are none, expected at least one");
  for (const name of repeated(spec.tasks.map((task) => task.name))) fault("tasks", `"${name}" occurs twice`);
  spec.tasks.forEach((task, t) => {
    if (!(task.weight >= 0 && Number.isFinite(task.weight)))
      fault(`tasks[${t}].weight`, `it is ${task.weight}, expected a number of at least 0`);
    if (task.statistics && spec.proxyTokens === 0n)
      fault("proxy_tokens", "it is 0; the statistics of tasks need the tokens of one run");
  });
  if (spec.tasks.length > 0 && !spec.tasks.some(({ weight }) => weight > 0))
    fault("tasks", "none has a positive weight, expected one that earns something");
  spec.models.forEach((model, m) => {
    if (!MODEL_NAMES.includes(model)) {
      fault(`models[${m}]`, `"${model}" is unknown, expected one of ${MODEL_NAMES.join(", ")}`, "MODEL_UNKNOWN");
    }
  });
  if (spec.noise.length > 0 && spec.noise.length !== spec.tasks.length) {
    fault(
      "noise",
      `${spec.noise.length} values where there are ${spec.tasks.length} tasks; expected one for each, or none`,
    );
  }
  spec.noise.forEach((value, t) => {
    if (!(value >= 0 && Number.isFinite(value)))
      fault(`noise[${t}]`, `it is ${value}, expected a number of at least 0`);
  });
  const mixtures = new Set<string>();
  spec.rows.forEach((row, r) => {
    const wrong = mixtureFault(row.mixture, spec.domains.length);
    if (wrong) fault(`rows[${r}].mixture`, wrong);
    else mixtures.add(toMillionths(row.mixture).join());
    const wrongValues = valuesFault(row.values, spec.tasks.length);
    if (wrongValues) fault(`rows[${r}].values`, wrongValues);
  });
  if (mixtures.size < 2 && faults.length === 0) {
    fault("rows", `${mixtures.size} different mixtures, expected at least 2`, "DATA_INSUFFICIENT");
  }
  return faults;
}

function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, i) => values.indexOf(value) !== i))];
}
