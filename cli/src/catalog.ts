import type { Command } from "commander";

/** A command of the first level, by which it is found and listed before its code is read. */
export interface CatalogEntry {
  name: string;
  /** As the command itself says it. */
  description: string;
  load(): Promise<(program: Command) => void>;
}

/** All commands, in the order of the help. */
export const CATALOG: readonly CatalogEntry[] = [
  {
    name: "demo",
    description:
      "Find a mixture in about three minutes: of the text that npm ci put on this machine (documentation, code, declarations, licences, JSON), for held-out README prose; or of your own.",
    load: async () => (await import("./commands/demo.js")).addDemo,
  },
  {
    name: "run",
    description: "Search for the best mixture of a corpus: embed, cluster, train proxies, confirm, write the data set.",
    load: async () => (await import("./commands/run.js")).addRun,
  },
  {
    name: "up",
    description: "Host all five services in this process on one loopback gRPC port, until Ctrl-C.",
    load: async () => (await import("./commands/up.js")).addUp,
  },
  {
    name: "search",
    description: "Create, list, follow, hold, extend and clone searches.",
    load: async () => (await import("./commands/search.js")).addSearch,
  },
  {
    name: "compare",
    description: "Compare strategies at equal token budgets over several search seeds; begun again, it goes on.",
    load: async () => (await import("./commands/compare.js")).addCompare,
  },
  {
    name: "dataset",
    description: "Check a data set that was written, or export a mixture.",
    load: async () => (await import("./commands/dataset.js")).addDataset,
  },
  {
    name: "train",
    description: "Train one proxy on a given mixture of a domain set and print its metrics as JSON.",
    load: async () => (await import("./commands/train.js")).addTrain,
  },
  {
    name: "pretrain",
    description: "Train a base on a domain set, on the shares of its tokens unless a mixture is given, for proxy.base.",
    load: async () => (await import("./commands/pretrain.js")).addPretrain,
  },
  {
    name: "domains",
    description: "Find the domains of a corpus, look at them, and cut them anew.",
    load: async () => (await import("./commands/domains.js")).addDomains,
  },
  {
    name: "predictor",
    description: "List fitted predictors, look at them, and save them.",
    load: async () => (await import("./commands/predictor.js")).addPredictor,
  },
  {
    name: "report",
    description: "Copy the files of a finished search: mixture.json, runs.jsonl, runs.csv, report.html and dataset/.",
    load: async () => (await import("./commands/report.js")).addReport,
  },
  {
    name: "list",
    description: "List the resources of a kind: id, state, creation, name and labels.",
    load: async () => (await import("./commands/list.js")).addList,
  },
  {
    name: "label",
    description: "Label or rename a resource, or say how long it is kept.",
    load: async () => (await import("./commands/label.js")).addLabel,
  },
  {
    name: "delete",
    description: "Forget a resource that has ended and that no other needs; its artifacts go with climb gc.",
    load: async () => (await import("./commands/delete.js")).addDelete,
  },
  {
    name: "usage",
    description: "Show what each project has used: time, tokens and bytes, and how much it may have.",
    load: async () => (await import("./commands/usage.js")).addUsage,
  },
  {
    name: "system",
    description: "Show which processes are up, what lies in the queues, and the jobs that were given up.",
    load: async () => (await import("./commands/system.js")).addSystem,
  },
  {
    name: "gc",
    description: "Remove artifacts that no resource refers to, and resources past their time to live.",
    load: async () => (await import("./commands/gc.js")).addGc,
  },
  {
    name: "doctor",
    description: "Look at this machine, or at the suite at --address: what works, what would be slow, what is missing.",
    load: async () => (await import("./commands/doctor.js")).addDoctor,
  },
  {
    name: "bench",
    description: "Measure a part of Climb; climb bench --help shows the names.",
    load: async () => (await import("./commands/bench.js")).addBench,
  },
];
