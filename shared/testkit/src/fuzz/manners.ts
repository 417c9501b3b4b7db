import type { Random } from "@climb/numeric";
import { Metadata } from "@grpc/grpc-js";

/** How a caller behaves, whatever it sends. */
export interface Manners {
  metadata: Metadata;
  /** Hangs up so many milliseconds after it has sent; 0 at once, undefined never. */
  cancelAfterMs?: number;
  /** Never says that it has sent all. */
  leavesOpen: boolean;
}

const PATIENCE_MS = 30;
/** Headers that servers read, with what strangers put there. */
const HEADERS: [string, readonly string[]][] = [
  ["authorization", ["Bearer", "Bearer ", "Bearer a b", "Basic eDp5", `Bearer ${"x".repeat(4000)}`, "Bearer a.b.c"]],
  ["climb-project", ["", "*", "__proto__", "../x", "a".repeat(200), "sea"]],
  ["traceparent", ["00-0-0-0", "ff-".repeat(100), `00-${"a".repeat(32)}-${"b".repeat(16)}-01`]],
  ["tracestate", ["=".repeat(600), "a=b,,,"]],
  ["grpc-accept-encoding", ["gzip", "nonsense", ""]],
];

/** Most callers behave; some send strange headers, hang up in the middle, or never finish what they say. */
export function mannersOf(random: Random): Manners {
  const metadata = new Metadata();
  if (random.int(10) === 0) {
    const [name, values] = HEADERS[random.int(HEADERS.length)] as (typeof HEADERS)[number];
    metadata.set(name, values[random.int(values.length)] ?? "");
  }
  if (random.int(200) === 0) metadata.set("x-bin", Buffer.alloc(3000, random.int(256)));
  const dice = random.int(50);
  if (dice === 0) return { metadata, cancelAfterMs: 0, leavesOpen: false };
  if (dice < 3) return { metadata, cancelAfterMs: random.int(PATIENCE_MS), leavesOpen: random.int(2) === 0 };
  return { metadata, leavesOpen: false };
}
