import { readAssigned } from "@climb/corpus";
import { seeded, squaredDistance } from "@climb/numeric";
import type { TaskContext } from "@climb/runtime/worker";
import { layOut } from "./map-layout.js";
import { snippetOf } from "./scan-documents.js";
import { readVectors, type VectorShard } from "./vectors.js";

/** Looks at a sample of the documents once the domains are known: the map, and documents between two domains. */
export interface MapTask {
  shards: (VectorShard & { documentsPath: string; assignmentsPath: string })[];
  dimensions: number;
  /** (domains, dimensions). */
  centres: Float32Array;
  seed: number;
}

export interface Borderline {
  id: string;
  snippet: string;
  /** Index of the domain that it could as well be in. */
  other: number;
}

export interface Mapped {
  points: { id: string; title: string; domain: number; x: number; y: number }[];
  /** For each domain, the least decided first. */
  borderline: Borderline[][];
}

/** So many shards are looked at, spread evenly: the work does not grow with the corpus. */
const MAX_SHARDS = 32;
const MAX_BORDERLINE_SAMPLE = 20_000;
const MAX_POINTS = 1500;
const BORDERLINE_PER_DOMAIN = 3;
const TITLE_LENGTH = 80;

/** The places of a sample in the plane, and the least decided documents of each domain. */
export async function mapCorpus(task: MapTask, { progress }: TaskContext<number>): Promise<Mapped> {
  const { dimensions, centres } = task;
  const domains = centres.length / dimensions;
  const shards = evenly(task.shards, MAX_SHARDS);
  const rows = shards.reduce((sum, shard) => sum + shard.rows, 0);
  const stride = Math.max(1, Math.ceil(rows / MAX_BORDERLINE_SAMPLE));
  const sampled: { id: string; title: string; domain: number; vector: Float32Array }[] = [];
  const borderline = Array.from({ length: domains }, (): (Borderline & { margin: number })[] => []);
  let seen = 0;
  for (const shard of shards) {
    const points = await readVectors(shard, dimensions);
    for await (const { index, id, text, domain } of readAssigned([shard])) {
      if (seen++ % stride !== 0 || domain < 0) continue;
      if (seen % 1000 === 1) progress(seen);
      const vector = points.values.slice(index * dimensions, (index + 1) * dimensions);
      sampled.push({ id, title: titleOf(text), domain, vector });
      const found = nextBest(vector, centres, domain);
      if (!found) continue;
      const list = borderline[domain] as (typeof borderline)[number];
      if (list.length === BORDERLINE_PER_DOMAIN && found.margin >= (list.at(-1)?.margin ?? 0)) continue;
      list.push({ id, snippet: snippetOf(text), ...found });
      list.sort((a, b) => a.margin - b.margin || (a.id < b.id ? -1 : 1)).splice(BORDERLINE_PER_DOMAIN);
    }
  }
  const shown = evenly(sampled, MAX_POINTS);
  const places = layOut(
    shown.map(({ vector }) => vector),
    seeded(task.seed).child("map"),
  );
  return {
    points: shown.map(({ id, title, domain }, i) => ({ id, title, domain, ...placeOf(places[i]) })),
    borderline: borderline.map((list) => list.map(({ id, snippet, other }) => ({ id, snippet, other }))),
  };
}

/** The other domain that is nearest, and by how much the own one is nearer, as a share; undefined if there is none. */
function nextBest(vector: Float32Array, centres: Float32Array, own: number) {
  const d = vector.length;
  let best: { other: number; squared: number } | undefined;
  const to = (domain: number) => squaredDistance(vector, centres.subarray(domain * d, (domain + 1) * d));
  for (let other = 0; other < centres.length / d; other++) {
    if (other === own) continue;
    const squared = to(other);
    if (!best || squared < best.squared) best = { other, squared };
  }
  return best && { other: best.other, margin: Math.abs(best.squared - to(own)) };
}

/** At most `most` items, spread evenly. */
function evenly<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, i) => items[Math.floor((i * items.length) / most)] as T);
}

function titleOf(text: string): string {
  return snippetOf(text)
    .slice(0, TITLE_LENGTH)
    .replace(/[\ud800-\udbff]$/u, "");
}

/** A thousandth of the plane's unit is finer than any screen. */
function placeOf([x, y]: [number, number] = [0, 0]) {
  return { x: Math.round(1000 * x) / 1000, y: Math.round(1000 * y) / 1000 };
}
