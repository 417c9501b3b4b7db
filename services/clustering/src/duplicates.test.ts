import { seeded } from "@climb/numeric";
import { readWhole } from "@climb/ports";
import { DomainManifest, type DomainSet, type DuplicateReport } from "@climb/proto/clustering/v1/clustering_service";
import { JobState } from "@climb/proto/common/v1/job";
import { describe, expect, it } from "vitest";
import { NO_ARTIFACT } from "./steps/artifacts.js";
import { floats } from "./tasks/vectors.js";
import { directory, documents, type Made, type Suite, start, store, untilFinal } from "./testing/suite.js";

const COPIES = 40;

/** The documents, and after them copies of the first ones, half of them exact and half a little turned. */
function withCopies(): Made[] {
  const random = seeded("copies");
  const prose = documents.filter(({ kind }) => kind < 3);
  const copies = prose.slice(0, COPIES).map((original, i): Made => {
    const turned = original.vector.map((value) => value + (i % 2) * 0.08 * random.normal());
    const length = Math.sqrt(turned.reduce((sum, value) => sum + value * value, 0));
    return { ...original, id: `copy-${original.id}`, vector: turned.map((value) => value / length) };
  });
  return [...documents, ...copies];
}

const made = withCopies();
const cosine = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);

function shingles(text: string): Set<string> {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return new Set(words.slice(2).map((word, i) => `${words[i]} ${words[i + 1]} ${word}`));
}

function jaccard(a = new Set<string>(), b = new Set<string>()): number {
  const both = [...a].filter((shingle) => b.has(shingle)).length;
  return both / (a.size + b.size - both);
}

async function untilReported({ client }: Suite, id: string): Promise<DuplicateReport> {
  for await (const { report } of client.watchDuplicateReport({ id, afterSequence: 0n })) {
    if (report?.status?.endTime) return report;
  }
  throw new Error("the watch ended before the report");
}

async function found(suite: Suite): Promise<DomainSet> {
  const spec = await store(suite, {}, made);
  const { domainSet } = await suite.client.createDomainSet({ requestId: "", spec });
  const set = await untilFinal(suite, domainSet?.id ?? "");
  expect(set.status?.failure).toBeUndefined();
  return set;
}

async function manifestOf({ platform }: Suite, set: DomainSet): Promise<DomainManifest> {
  return DomainManifest.fromJSON(
    JSON.parse((await readWhole(platform.artifacts, set.manifest ?? NO_ARTIFACT)).toString()),
  );
}

async function joined({ platform }: Suite, artifacts: { uri: string }[]): Promise<Buffer> {
  return Buffer.concat(await Promise.all(artifacts.map((artifact) => readWhole(platform.artifacts, artifact))));
}

describe("near-duplicates", () => {
  it("are found as by comparing every pair of a cluster, counted at each threshold, and shown with examples", async () => {
    const suite = await start(await directory());
    const set = await found(suite);
    const { centroids, clusterDomains, dimensions, assignments, domains } = await manifestOf(suite, set);
    const centres = floats(await joined(suite, centroids ? [centroids] : []));
    const nearest = made.map(({ vector }) => {
      const distances = clusterDomains.map((_, k) =>
        vector.reduce((sum, value, i) => sum + (value - (centres[k * dimensions + i] as number)) ** 2, 0),
      );
      return distances.indexOf(Math.min(...distances));
    });
    const assigned = new Int32Array(Uint8Array.from(await joined(suite, assignments)).buffer);

    const spec = { domainSetId: set.id, thresholds: [0.99, 0.9] };
    const { report: created } = await suite.client.createDuplicateReport({ requestId: "", spec });
    const report = await untilReported(suite, created?.id ?? "");
    expect(report.status?.failure).toBeUndefined();
    const similarities = floats(await joined(suite, report.similarities));
    expect(similarities).toHaveLength(made.length);
    const triples = made.map(({ text }) => shingles(text));
    made.forEach(({ vector }, row) => {
      const copied = made
        .slice(0, row)
        .flatMap((other, i) =>
          (assigned[row] as number) >= 0 && (assigned[i] as number) >= 0 && nearest[i] === nearest[row]
            ? [{ similarity: cosine(vector, other.vector), shared: jaccard(triples[row], triples[i]) }]
            : [],
        )
        .filter(({ similarity, shared }) => similarity >= 0.9 && shared >= 0.5);
      const nearestCopy = Math.max(...copied.map(({ similarity }) => similarity));
      if (copied.length > 0) expect(similarities[row], made[row]?.id).toBeCloseTo(nearestCopy, 4);
      else expect(similarities[row], made[row]?.id).toBeLessThan(0.9);
    });

    expect(report.effects.map(({ threshold }) => threshold)).toEqual([0.9, 0.99]);
    for (const { threshold, documents: count, textBytes, domainDocuments, examples } of report.effects) {
      const gone = made.filter((_, row) => (similarities[row] as number) >= threshold);
      expect(Number(count)).toBe(gone.length);
      expect(gone.length).toBeGreaterThanOrEqual(COPIES / 2 - 2);
      expect(Number(textBytes)).toBe(gone.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0));
      expect(domainDocuments).toHaveLength(domains.length);
      expect(domainDocuments.reduce((sum, value) => sum + Number(value), 0)).toBe(gone.length);
      expect(examples).toHaveLength(3);
      for (const { similarity, document, earlier } of examples) {
        const [one, other] = [document, earlier].map(
          (shown) => made.find(({ id }) => id === shown?.documentId) as Made,
        );
        expect(cosine((one as Made).vector, (other as Made).vector)).toBeCloseTo(similarity, 4);
        expect(document?.snippet.length).toBeGreaterThan(20);
      }
    }
  });

  it("are left out of a new set when asked, and of nothing else", async () => {
    const suite = await start(await directory());
    const { client } = suite;
    const set = await found(suite);
    const spec = { domainSetId: set.id, thresholds: [] };
    const { report: created } = await client.createDuplicateReport({ requestId: "", spec });
    const id = created?.id ?? "";
    const report = await untilReported(suite, id);
    expect((await client.createDuplicateReport({ requestId: "", spec })).report).toEqual(report);
    const { domainSet } = await client.removeDuplicates({ requestId: "", reportId: id, threshold: 0.99 });
    const clean = await untilFinal(suite, domainSet?.id ?? "");
    expect(clean.status?.state).toBe(JobState.JOB_STATE_SUCCEEDED);
    expect(clean.id).not.toBe(set.id);
    const [before, after] = await Promise.all(
      [set, clean].map(async (one) => {
        const { assignments } = await manifestOf(suite, one);
        return new Int32Array(Uint8Array.from(await joined(suite, assignments)).buffer);
      }),
    );
    const similarities = floats(await joined(suite, report.similarities));
    made.forEach((_, row) => {
      expect(after?.[row]).toBe((similarities[row] as number) >= Math.fround(0.99) ? -1 : before?.[row]);
    });
    clean.domains.forEach((domain, j) => {
      expect(Number(domain.documents)).toBe(after?.filter((assigned) => assigned === j).length);
      const bytes = made.reduce((sum, { text }, row) => sum + (after?.[row] === j ? Buffer.byteLength(text) : 0), 0);
      expect(Number(domain.textBytes)).toBe(bytes);
    });
    expect(clean.duplicateDocuments).toBe(report.effects.at(-1)?.documents);
    expect((await client.getDomainSet({ id: set.id })).domainSet).toEqual(set);
    await expect(client.cutDomainSet({ requestId: "", id: clean.id, domains: 2 })).rejects.toMatchObject({
      reason: "STATE_FORBIDS",
    });
  });

  it("are not looked for where they cannot be: one sentence says why", async () => {
    const suite = await start(await directory());
    const { client } = suite;
    const set = await found(suite);
    const create = (domainSetId: string, thresholds: number[]) =>
      client.createDuplicateReport({ requestId: "", spec: { domainSetId, thresholds } });
    await expect(create("nowhere", [])).rejects.toMatchObject({ reason: "RESOURCE_UNKNOWN" });
    await expect(create(set.id, [1.2])).rejects.toThrow("spec.thresholds[0]: found 1.2, expected greater than 0");
    const { report } = await create(set.id, [0.95]);
    await untilReported(suite, report?.id ?? "");
    const remove = client.removeDuplicates({ requestId: "", reportId: report?.id ?? "", threshold: 0.9 });
    await expect(remove).rejects.toThrow("threshold: found 0.9, expected one of those that the report counts: 0.95");
  });
});
