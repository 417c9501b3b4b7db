import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { readWhole } from "@climb/ports";
import { DomainManifest, type DomainSet, type DomainSpec } from "@climb/proto/clustering/v1/clustering_service";
import { JobState } from "@climb/proto/common/v1/job";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import { bytesOf, NO_ARTIFACT } from "./steps/artifacts.js";
import {
  directory,
  documents,
  type Made,
  perTopic,
  type Suite,
  start,
  store,
  topics,
  untilFinal,
} from "./testing/suite.js";

const names = Object.keys(topics);
/** Every document of the three topics; the tables have no label. */
const lines = documents.flatMap(({ id, kind }) => (names[kind] ? [{ id, label: names[kind] }] : []));

async function write(content: readonly (object | string)[]): Promise<string> {
  const path = join(await directory(), "labels.jsonl");
  await writeFile(path, content.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`).join(""));
  return path;
}

async function create(suite: Suite, path: string, options: Partial<DomainSpec> = {}): Promise<DomainSet> {
  const spec = await store(suite, { clusters: 0, domains: 0, labels: { path, file: undefined }, ...options });
  const { domainSet } = await suite.client.createDomainSet({ requestId: "", spec });
  return untilFinal(suite, domainSet?.id ?? "");
}

async function outputs({ platform }: Suite, { manifest, status }: DomainSet) {
  expect(status?.failure).toBeUndefined();
  const json = await readWhole(platform.artifacts, manifest ?? NO_ARTIFACT);
  const domains = DomainManifest.fromJSON(JSON.parse(json.toString("utf8")));
  const parts = await Promise.all(domains.assignments.map((artifact) => readWhole(platform.artifacts, artifact)));
  return { domains, assignments: new Int32Array(Uint8Array.from(Buffer.concat(parts)).buffer) };
}

describe("labels that are known", () => {
  it("are the domains, by name, document by document; what has none is pruned and said", async () => {
    const suite = await start(await directory());
    const set = await create(suite, await write(lines));
    const { domains, assignments } = await outputs(suite, set);
    expect(domains.domains.map(({ label }) => label).sort()).toEqual([...names].sort());
    documents.forEach(({ kind }, row) => {
      const domain = domains.domains[assignments[row] as number];
      expect(domain?.label).toBe(names[kind]);
    });
    for (const { label, terms, examples, nearest } of domains.domains) {
      expect(topics[label as keyof typeof topics]).toEqual(expect.arrayContaining(terms));
      expect(examples).toHaveLength(3);
      expect(nearest).toHaveLength(2);
    }
    expect(domains.pruned).toMatchObject([{ reason: "no label", unlabelled: true, documents: BigInt(perTopic) }]);
    expect(set.prunedDocuments).toBe(BigInt(perTopic));

    const one = documents.find(({ kind }) => kind === 1) as Made;
    const vectors = Buffer.from(bytesOf(one.vector));
    const { domainIndexes } = await suite.client.assignDocuments({ domainSetId: set.id, vectors, texts: [] });
    expect(domains.domains[domainIndexes[0] as number]?.label).toBe("astronomy");
  });

  it("give the same set in whatever order and packing their lines are, and may be merged", async () => {
    const suite = await start(await directory());
    const set = await create(suite, await write(lines));
    const packed = join(await directory(), "labels.jsonl.gz");
    const turned = [...lines].reverse().map((line) => `${JSON.stringify(line)}\n`);
    await writeFile(packed, gzipSync(turned.join("")));
    const other = await outputs(suite, await create(suite, packed));
    const { domains, assignments } = await outputs(suite, set);
    expect(other.assignments).toEqual(assignments);
    expect(other.domains.domains).toEqual(domains.domains);

    const { domainSet } = await suite.client.cutDomainSet({ requestId: "", id: set.id, domains: 2 });
    const cut = await outputs(suite, await untilFinal(suite, domainSet?.id ?? ""));
    const labels = cut.domains.domains.map(({ label }) => label);
    expect(labels).toHaveLength(2);
    expect(labels.flatMap((label) => label.split(", ")).sort()).toEqual([...names].sort());
  });

  it("may be in whatever a corpus may be in, and numbers", async () => {
    const suite = await start(await directory());
    const numbered = lines.map(({ id, label }) => ({ id, label: names.indexOf(label) }));
    const unlabelled = { id: documents.find(({ kind }) => !names[kind])?.id ?? "", label: null };
    const table = ["id,label", ...numbered.map(({ id, label }) => `${id},${label}`)].join("\n");
    const columnData = [
      { name: "id", data: numbered.map(({ id }) => id), type: "STRING" as const },
      { name: "label", data: numbered.map(({ label }) => label), type: "INT32" as const },
    ];
    const files = {
      "labels.json": JSON.stringify([...numbered, unlabelled]),
      "labels.csv": table,
      "labels.tsv.gz": gzipSync(table.replaceAll(",", "\t")),
      "labels.parquet": new Uint8Array(parquetWriteBuffer({ columnData })),
    };
    const sets = [];
    for (const [name, content] of Object.entries(files)) {
      const path = join(await directory(), name);
      await writeFile(path, content);
      sets.push(await create(suite, path));
    }
    const [first] = sets;
    expect((await outputs(suite, first as DomainSet)).domains.domains.map(({ label }) => label).sort()).toEqual(
      names.map((_, i) => String(i)),
    );
    // What they say is what counts, not how it is written.
    expect(new Set(sets.map(({ id }) => id)).size).toBe(1);
  });

  it("are pruned by quality if that is asked for", async () => {
    const suite = await start(await directory());
    const labelled = documents.map(({ id, kind }) => ({ id, label: names[kind] ?? "tables" }));
    const all = await outputs(suite, await create(suite, await write(labelled)));
    expect(all.domains.domains.map(({ label }) => label)).toContain("tables");
    const { domains } = await outputs(suite, await create(suite, await write(labelled), { minQuality: 2.5 }));
    expect(domains.domains.map(({ label }) => label)).not.toContain("tables");
    expect(domains.pruned[0]?.reason).toContain("below 2.5");
  });

  it("are refused at the door with file and line, or end the job where they fit nothing", async () => {
    const suite = await start(await directory());
    await expect(create(suite, "/nowhere.jsonl")).rejects.toThrow("spec.labels.path: /nowhere.jsonl does not exist");
    const broken = await write([{ id: "doc-1", label: "a" }, { id: "doc-2" }]);
    await expect(create(suite, broken)).rejects.toThrow(`${broken}:2: no field "label"; found fields id`);
    await expect(create(suite, await write([]))).rejects.toThrow("is empty");
    const twice = await write([...lines, { id: lines[0]?.id, label: "another" }]);
    await expect(create(suite, twice)).rejects.toThrow(`${twice}:${lines.length + 1}: duplicate id "${lines[0]?.id}"`);
    const nameless = await write([{ label: "a" }]);
    await expect(create(suite, nameless)).rejects.toThrow(`${nameless}:1: no field "id"`);
    const many = await write(Array.from({ length: 1001 }, (_, i) => ({ id: `doc-${i}`, label: `l${i}` })));
    await expect(create(suite, many)).rejects.toThrow("has more than 1000 labels");
    await expect(create(suite, await write(lines), { clusters: 8 })).rejects.toThrow(
      "spec.clusters: found 8, expected none, because labels are given",
    );
    const { status } = await create(suite, await write([{ id: "other", label: "a" }]));
    expect(status?.state).toBe(JobState.JOB_STATE_FAILED);
    expect(status?.failure?.message).toContain("none of the corpus's 360 documents has a label");
  });
});
