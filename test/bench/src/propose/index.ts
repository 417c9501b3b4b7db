import { CommandError } from "@climb/cli/errors";
import { table } from "@climb/cli/table";
import type { BenchOptions } from "../options.js";
import { measureProposals } from "./measure.js";

/** How near to the best mixture of known landscapes the strategies come, and how fast mixtures are scored. */
export async function benchPropose(options: BenchOptions): Promise<Record<string, unknown>> {
  const seeds = Number(options.seeds ?? 50);
  if (!(Number.isInteger(seeds) && seeds > 0)) {
    throw new CommandError(`--seeds is ${options.seeds}, expected a positive integer`);
  }
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const started = performance.now();
  const found = await measureProposals({
    seeds,
    onSearch: (done, total) => {
      if (done % Math.ceil(total / 20) === 0) {
        const left = ((performance.now() - started) / done) * (total - done);
        say(`searches: ${done} of ${total}, ${Math.round(left / 1000)} s left`);
      }
    },
  });
  const round = (value: number) => Number(value.toPrecision(4));
  const regret = Object.fromEntries(Object.entries(found.regret).map(([name, value]) => [name, round(value)]));
  if (!options.json) {
    for (const line of table(["strategy", `median regret of ${seeds}`], Object.entries(regret))) say(line);
  }
  return { bench: "propose", candidatesPerSecond: Math.round(found.candidatesPerSecond), regret };
}
