import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readWhole } from "@climb/ports";
import { DomainManifest, type DomainSet, DomainSpec } from "@climb/proto/clustering/v1/clustering_service";
import { expect, it } from "vitest";
import { NO_ARTIFACT } from "./steps/artifacts.js";
import { directory, documents, type Suite, start, store, untilFinal } from "./testing/suite.js";

async function outputs({ platform }: Suite, { manifest, status }: DomainSet) {
  expect(status?.failure).toBeUndefined();
  const json = await readWhole(platform.artifacts, manifest ?? NO_ARTIFACT);
  const { domains, assignments } = DomainManifest.fromJSON(JSON.parse(json.toString("utf8")));
  const parts = await Promise.all(assignments.map((artifact) => readWhole(platform.artifacts, artifact)));
  return { domains, assignments: new Int32Array(Uint8Array.from(Buffer.concat(parts)).buffer) };
}

it("a finished set is cut into tiers by a scorer's grades, domain by domain; nothing else of it changes", async () => {
  const suite = await start(await directory());
  const { client } = suite;
  const annotations = join(await directory(), "grades.jsonl");
  const graded = documents.filter((_, i) => i % 3 === 0);
  await writeFile(
    annotations,
    graded.map(({ id, text }) => `${JSON.stringify({ id, score: text.length })}\n`).join(""),
  );
  const kind = { $case: "annotations" as const, value: { path: annotations, annotations: undefined } };
  const spec = await store(suite, { scorers: [{ name: "long", threshold: -1e9, kind }] });
  const { domainSet: created } = await client.createDomainSet({ requestId: "", spec });
  const whole = await untilFinal(suite, created?.id ?? "");
  const before = await outputs(suite, whole);
  const ask = async (tiers: { domainSetId: string; tiers: number; scorer?: string }) => {
    const { domainSet } = await client.createDomainSet({
      requestId: "",
      spec: DomainSpec.fromPartial({ embeddings: spec.embeddings, tiers }),
    });
    return untilFinal(suite, domainSet?.id ?? "");
  };
  for (const scorer of ["", "long"]) {
    const { domains, assignments } = await outputs(suite, await ask({ domainSetId: whole.id, tiers: 2, scorer }));
    expect(domains.map(({ id }) => id).sort()).toEqual(
      before.domains.flatMap(({ id }) => [`${id}.q1`, `${id}.q2`]).sort(),
    );
    for (const { id, parentId, tier, label } of domains) {
      expect(id).toBe(`${parentId}.q${tier}`);
      const parent = before.domains.find((domain) => domain.id === parentId);
      expect(label).toBe(`${parent?.label}, quality ${tier} of 2`);
      const bytes = domains.filter((one) => one.parentId === parentId).map(({ textBytes }) => Number(textBytes));
      expect(Math.abs((bytes[0] ?? 0) - (bytes[1] ?? 0))).toBeLessThan(0.1 * Number(parent?.textBytes));
    }
    documents.forEach((_, row) => {
      const [was, is] = [before.assignments[row] as number, assignments[row] as number];
      expect(is < 0).toBe(was < 0);
      if (is >= 0) expect(domains[is]?.parentId).toBe(before.domains[was]?.id);
    });
  }

  const tiered = await ask({ domainSetId: whole.id, tiers: 2 });
  await expect(ask({ domainSetId: tiered.id, tiers: 2 })).rejects.toMatchObject({ reason: "STATE_FORBIDS" });
  await expect(client.cutDomainSet({ requestId: "", id: tiered.id, domains: 2 })).rejects.toThrow(
    "has tiers of quality",
  );
  await expect(ask({ domainSetId: whole.id, tiers: 2, scorer: "other" })).rejects.toThrow(
    "spec.tiers.scorer: found other, expected one of that set, long, or none",
  );
});
