import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Input } from "./inputs.js";
import type { KnownRecord } from "./records.js";

const folder = fileURLToPath(new URL("../../../../shared/readers/fixtures/door/", import.meta.url));

/** What other programs have written (make.py beside it): pyarrow, Python's packers, python-zstandard, python-lz4. */
export function fixtureInputs(): Input[] {
  if (!existsSync(folder)) return [];
  const records: KnownRecord[] = JSON.parse(readFileSync(`${folder}records.json`, "utf8"));
  const ids: Record<string, string[]> = JSON.parse(readFileSync(`${folder}ids.json`, "utf8"));
  const of = (kind: string, truth: (name: string) => KnownRecord[], isDamaged = false): Input[] =>
    readdirSync(folder + kind).map((name) => ({
      name: `${kind}/${name}`,
      files: { [name]: readFileSync(`${folder}${kind}/${name}`) },
      truth: truth(name),
      isDamaged,
    }));
  const withIds = (name: string) =>
    records.map(({ text }, i) => ({ id: ids[/^\w+/.exec(name)?.[0] ?? ""]?.[i] ?? "", text }));
  const inTar = (name: string) =>
    name === "texts.tar" ? records.map(({ id, text }) => ({ id: `texts.tar/${id}`, text })) : records;
  return [
    ...["packed", "parquet", "arrow"].flatMap((kind) => of(kind, () => records)),
    ...of("parquet-ids", withIds),
    ...of("tar", inTar),
    ...of("refused", () => records, true),
  ];
}
