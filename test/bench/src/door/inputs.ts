import { gzipSync } from "node:zlib";
import { packings } from "./packings.js";
import { type KnownRecord, knownRecords } from "./records.js";
import { shapesOf, truthOf } from "./shapes.js";

/** Files of known truth, as whoever has them would name them. */
export interface Input {
  name: string;
  files: { [path: string]: Buffer };
  truth: KnownRecord[];
  /** Part of it is lost: it may only be refused. */
  isDamaged?: boolean;
}

const RECORDS = 24;

/** Every shape in every packing under every name, then damaged ones, then folders. */
export async function inputs(): Promise<Input[]> {
  const records = knownRecords(RECORDS);
  const found: Input[] = [];
  for (const shape of await shapesOf(records)) {
    for (const packing of shape.isTable && shape.names[0] !== "a.arrow" ? packings().slice(0, 1) : packings()) {
      const content = packing.pack(shape.content);
      const truth = truthOf(shape.name, records);
      for (const path of shape.names) {
        const files = { [`${path}${packing.suffix}`]: content };
        found.push({ name: `${shape.name} ${packing.name} ${path}`, files, truth });
      }
      const [path = ""] = shape.names;
      for (const [damage, changed] of Object.entries(damaged(content))) {
        const files = { [`${path}${packing.suffix}`]: changed };
        found.push({ name: `${shape.name} ${packing.name} ${damage}`, files, truth, isDamaged: true });
      }
    }
  }
  return [...found, ...folders()];
}

function damaged(content: Buffer): { [damage: string]: Buffer } {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize ${content.length}\n`;
  // Within a record, a block or a footer, wherever that is: a cut at the end of a line would leave a whole file.
  return {
    "cut in two": content.subarray(0, content.length >> 1),
    "without its end": content.subarray(0, content.length - 9),
    "of zeros": Buffer.alloc(content.length),
    "as a pointer": Buffer.from(pointer),
  };
}

function folders(): Input[] {
  const parts = Array.from({ length: 6 }, (_, i) => knownRecords(RECORDS, i * RECORDS));
  const lines = (records: KnownRecord[]) =>
    Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(""));
  const files = (name: (i: number) => string, content: (records: KnownRecord[]) => Buffer) =>
    Object.fromEntries(parts.map((records, i) => [name(i), content(records)]));
  const truth = parts.flat();
  const beside = {
    "README.md": Buffer.from("---\nlicense: mit\n---\n# A card\n"),
    LICENSE: Buffer.from("MIT"),
    ".gitattributes": Buffer.from("*.gz filter=lfs\n"),
    "dataset_infos.json": Buffer.from("{}"),
  };
  const numbers = parts.map((records, shard) =>
    records.map(({ text }, i) => ({ id: `n/part-${shard}.jsonl/${i}`, text: `${shard} ${text}` })),
  );
  const restarting = Object.fromEntries(
    numbers.map((records, shard) => [
      `n/part-${shard}.jsonl`,
      Buffer.from(records.map(({ text }, i) => `{"id":${i},"text":${JSON.stringify(text)}}\n`).join("")),
    ]),
  );
  return [
    {
      name: "six packed JSON files",
      files: files(
        (i) => `d/p${i}.json.gz`,
        (part) => gzipSync(lines(part)),
      ),
      truth,
    },
    { name: "JSON lines beside a card", files: { ...files((i) => `p${i}.jsonl`, lines), ...beside }, truth },
    { name: "a folder named [v2]", files: files((i) => `[v2]/p${i}.jsonl`, lines), truth },
    {
      name: "a pointer among data",
      files: {
        ...files((i) => `p${i}.jsonl`, lines),
        "p9.jsonl": Buffer.from(`version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 9\n`),
      },
      truth: [...truth, { id: "lost", text: "lost" }],
      isDamaged: true,
    },
    { name: "ids that begin anew", files: restarting, truth: numbers.flat() },
  ];
}
