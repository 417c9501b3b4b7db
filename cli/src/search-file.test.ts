import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Combination, Strategy } from "@climb/proto/search/v1/search_service";
import { TargetRole } from "@climb/proto/training/v1/target";
import { describe, expect, it } from "vitest";
import { readSearchFile } from "./search-file.js";

function write(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "climb-search-")), "search.yaml");
  writeFileSync(path, text);
  return path;
}

describe("SEARCH.yaml", () => {
  it("becomes a request with paths that start at the file's folder", () => {
    const path = write("corpus: data/*.jsonl\ntargets:\n  - {name: maths, paths: gsm8k.jsonl, weight: 2}\nseed: 7\n");
    const spec = readSearchFile(path);
    const folder = path.slice(0, path.lastIndexOf("/"));
    expect(spec.input?.$case === "corpus" && spec.input.value.source?.paths).toEqual([`${folder}/data/*.jsonl`]);
    expect(spec.targets[0]).toMatchObject({ name: "maths", weight: 2, paths: [`${folder}/gsm8k.jsonl`] });
    expect(spec).toMatchObject({ seed: 7, strategy: Strategy.STRATEGY_CLIMB, proxy: { preset: "tiny" } });
  });

  it("has guardrails, a way to combine targets, and baselines of the user's own", () => {
    const spec = readSearchFile(
      write(
        [
          "domainSet: abc",
          "targets:",
          "  - {name: maths, paths: a.jsonl}",
          "  - {name: safety, paths: b.jsonl, role: guardrail, maxRegression: 0.01}",
          "combination: worst-case",
          "budget: {stopEarly: true}",
          "baselines: [{name: ours, weights: {d00: 0.4, d01: 0.6}}]",
          "",
        ].join("\n"),
      ),
    );
    expect(spec.targets.map(({ role, maxRegression }) => [role, maxRegression])).toEqual([
      [TargetRole.TARGET_ROLE_OBJECTIVE, 0],
      [TargetRole.TARGET_ROLE_GUARDRAIL, 0.01],
    ]);
    expect(spec.combination).toBe(Combination.COMBINATION_WORST_CASE);
    expect(spec.budget?.stopEarly).toBe(true);
    expect(spec.baselines).toEqual([{ name: "ours", mixture: { d00: 0.4, d01: 0.6 } }]);
    const corpus = write("corpus: data\ntargets: [{name: a, paths: a}]\nbaselines: [{name: b, weights: {d00: 1}}]\n");
    expect(() => readSearchFile(corpus)).toThrow("baselines: your own mixtures need a domainSet");
  });

  it("has budgets in runs, tokens, seconds, bytes or money, and rounds that are found or left out", () => {
    const budgetOf = (budget: string) =>
      readSearchFile(write(`corpus: data\ntargets: [{name: a, paths: a}]\nbudget: ${budget}\n`));
    expect(budgetOf("{runs: 60, tokens: 1000000}").budget).toMatchObject({
      maxRuns: 60,
      maxTokens: 1_000_000n,
      rounds: [],
    });
    // Twenty at two and a half an hour are eight hours; of two limits the lower counts.
    expect(budgetOf("{money: 20, pricePerHour: 2.5}").budget?.maxSeconds).toBe(28_800);
    expect(budgetOf("{money: 20, pricePerHour: 2.5, seconds: 60}").budget?.maxSeconds).toBe(60);
    expect(budgetOf("{runs: 60}").budget?.maxSeconds).toBe(0);
    expect(budgetOf("{bytes: 5000000000}").budget?.maxBytes).toBe(5_000_000_000n);
    expect(budgetOf("{rounds: auto}").budget).toMatchObject({ rounds: [], autoRounds: true });
    expect(budgetOf("{rounds: []}").strategy).toBe(Strategy.STRATEGY_ZERO_RUN);
    expect(budgetOf("{rounds: [4]}").strategy).toBe(Strategy.STRATEGY_CLIMB);
    expect(() => budgetOf("{money: 20}")).toThrow(":3: budget.money: money and pricePerHour go together");
  });

  it("has a base of the proxy: a URI as it is, a file from the folder of the search", () => {
    const baseOf = (base: string) =>
      readSearchFile(write(`corpus: data\ntargets: [{name: a, paths: a}]\nproxy: {preset: nano, base: ${base}}\n`));
    expect(baseOf('"climb://sha256/00"')).toMatchObject({ base: { path: "climb://sha256/00", freshMoments: false } });
    const { base, proxy } = baseOf("{path: b.safetensors, freshMoments: true}");
    expect(base).toMatchObject({ path: expect.stringMatching(/^\/.*\/b\.safetensors$/), freshMoments: true });
    expect(proxy).toMatchObject({ preset: "nano" });
  });

  it("says of a strategy that is none what there is", () => {
    const rest = "corpus: data\ntargets: [{name: a, paths: a}]\nstrategy:";
    expect(readSearchFile(write(`${rest} doremi\n`)).strategy).toBe(Strategy.STRATEGY_DOREMI);
    expect(() => readSearchFile(write(`${rest} best\n`))).toThrow(
      ':3: strategy: there is no strategy "best"; expected one of climb, climb-paper',
    );
  });

  it("names an embedding model of one kind", () => {
    const rest = "corpus: data\ntargets: [{name: a, paths: a.jsonl}]\nembedding:";
    const path = write(`${rest} {onnx: {path: models/bge, prefix: "passage: "}}\n`);
    const { input } = readSearchFile(path);
    const folder = path.slice(0, path.lastIndexOf("/"));
    expect(input?.$case === "corpus" && input.value.model?.kind).toEqual({
      $case: "onnx",
      value: { path: `${folder}/models/bge`, prefix: "passage: ", maxTokens: 0, dimensions: 0 },
    });
    const other = readSearchFile(write(`${rest} {remote: {address: "http://tei", model: m}}\n`)).input;
    expect(other?.$case === "corpus" && other.value.model?.kind).toEqual({
      $case: "remote",
      value: { address: "http://tei", model: "m", concurrency: 0, apiKey: "" },
    });
    expect(() => readSearchFile(write(`${rest} {onnx: {path: m}, maxTerms: 9}\n`))).toThrow(/embedding: give either/);
    expect(() => readSearchFile(write(`${rest} {dimension: 9}\n`))).toThrow(/embedding\.dimension: this field is unk/);
  });

  it("names scorers of quality, each of one kind, with absolute paths", () => {
    const rest = "corpus: data\ntargets: [{name: a, paths: a.jsonl}]\ndomains: {count: 4, scorers: ";
    const path = write(
      `${rest}[{name: edu, threshold: 2, fasttext: e.bin, labels: {__label__hq: 1}}, {name: x, threshold: 3, annotations: x.jsonl}]}\n`,
    );
    const { input } = readSearchFile(path);
    const folder = path.slice(0, path.lastIndexOf("/"));
    expect(input?.$case === "corpus" && input.value.domains).toMatchObject({
      domains: 4,
      scorers: [
        {
          name: "edu",
          threshold: 2,
          kind: { $case: "fasttext", value: { path: `${folder}/e.bin`, labelValues: { __label__hq: 1 } } },
        },
        { name: "x", threshold: 3, kind: { $case: "annotations", value: { path: `${folder}/x.jsonl` } } },
      ],
    });
    expect(() => readSearchFile(write(`${rest}[{name: edu, threshold: 2}]}\n`))).toThrow(
      /:3: domains\.scorers\[0\]: give either fasttext or annotations/,
    );
  });

  it("may bring a tokenizer, by its path alone or with its end of text", () => {
    const rest = "corpus: data\ntargets: [{name: a, paths: a.jsonl}]\ntokenizer: ";
    const path = write(`${rest}gpt2\n`);
    const folder = path.slice(0, path.lastIndexOf("/"));
    expect(readSearchFile(path).tokenizer).toMatchObject({ path: `${folder}/gpt2`, endOfText: "" });
    const named = readSearchFile(write(`${rest}{path: /t.json, endOfText: "</s>"}\n`)).tokenizer;
    expect(named).toMatchObject({ path: "/t.json", endOfText: "</s>" });
  });

  it("reads the annotated example", () => {
    expect(() => readSearchFile(new URL("../search.example.yaml", import.meta.url).pathname)).not.toThrow();
  });

  it("names all of five faults at once, each with its line and field", () => {
    const path = write(
      [
        "corpus: data",
        "targets:",
        "  - {name: 'bad name', paths: a.jsonl}",
        "  - {name: b, paths: b.jsonl, weight: -1}",
        "proxy: gigantic",
        "budgets: {}",
        "constraints:",
        "  maxRepetition: many",
      ].join("\n"),
    );
    let message = "";
    try {
      readSearchFile(path);
    } catch (error) {
      message = (error as Error).message;
    }
    const lines = message.split("\n");
    expect(lines).toHaveLength(5);
    expect(message).toContain(`${path}:3: targets[0].name`);
    expect(message).toContain(`${path}:4: targets[1].weight`);
    expect(message).toContain(`${path}:5: proxy`);
    expect(message).toContain(`${path}:6: budgets: this field is unknown`);
    expect(message).toContain(`${path}:8: constraints.maxRepetition`);
  });

  it("names the field that was meant, and what is wrong within a field that may be several things", () => {
    const path = write(
      ["corpus: {path: x.jsonl}", "targts: []", "targets: [{name: a, paths: 3}]", "budget: {round: [3], zzz: 3}"].join(
        "\n",
      ),
    );
    expect(() => readSearchFile(path)).toThrow(
      [
        `${path}:1: corpus.paths: expected string or array`,
        `${path}:1: corpus.path: this field is unknown; did you mean paths?`,
        `${path}:2: targts: this field is unknown; did you mean targets?`,
        `${path}:3: targets[0].paths: expected string or array`,
        `${path}:4: budget.round: this field is unknown; did you mean rounds?`,
        `${path}:4: budget.zzz: this field is unknown`,
      ].join("\n"),
    );
  });

  it("says that a corpus or a domain set is missing, and that both are too many", () => {
    expect(() => readSearchFile(write("targets: [{name: a, paths: a}]\n"))).toThrow("either a corpus or a domainSet");
    const both = "corpus: x\ndomainSet: y\ntargets: [{name: a, paths: a}]\n";
    expect(() => readSearchFile(write(both))).toThrow("either a corpus or a domainSet");
  });

  it("names each number that is none of those that a field may have, and not the field's other form", () => {
    const path = write("corpus: x\ntargets: [{name: a, paths: a}]\nbudget: {rounds: [4, -1]}\nproxy: tyni\n");
    expect(() => readSearchFile(path)).toThrow(/:3: budget.rounds\[1\]: .*\n.*:4: proxy: .*"nano", "tiny"/);
  });

  it("says in words that a field is missing, that there are two documents, and that text is no UTF-8", () => {
    const twice = write("corpus: x\n---\ntargets: []\n");
    expect(() => readSearchFile(twice)).toThrow(`${twice}:2: a second document begins here; expected one`);
    const without = write("corpus: x\n");
    expect(() => readSearchFile(without)).toThrow(`${without}:1: targets: this field is missing; expected array`);
    const latin = write("");
    writeFileSync(latin, Buffer.from("corpus: caf\xe9\n", "latin1"));
    expect(() => readSearchFile(latin)).toThrow(`${latin}: is no UTF-8; expected a YAML file`);
  });

  it("gives the line of YAML that cannot be parsed, and the path of a file that cannot be read", () => {
    expect(() => readSearchFile(write("corpus: [a\ntargets: b\n"))).toThrow(/search\.yaml:\d+: /);
    expect(() => readSearchFile("/nowhere/search.yaml")).toThrow(
      "/nowhere/search.yaml: does not exist; expected a YAML file",
    );
  });
});
