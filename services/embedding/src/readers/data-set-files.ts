import type { InputFile } from "./input-file.js";

const PACKED = "(\\.(gz|gzip|zst|zstd|bz2|bzip2|xz|lz4))?";
/** Files of records. */
const RECORDS = new RegExp(`\\.(parquet|pq|arrow|feather|(jsonl|ndjson)${PACKED}|tar${PACKED}|tgz)$`, "i");
/** Files that are records in a data set, and documents of their own in a folder of code. */
const PERHAPS_RECORDS = new RegExp(`\\.(json|csv|tsv)${PACKED}$`, "i");
/** What lies beside records and describes them: cards, licences, marks of version control, sums, indexes of tools. */
const DESCRIPTIONS = new RegExp(
  `(^|/)(${[
    "README([._-][\\w-]+)?(\\.(md|txt|rst))?",
    "[\\w-]*(dataset|data)[_-]?card(\\.md)?",
    "(LICEN[CS]E|COPYING|NOTICE|CITATION|CHANGELOG|CONTRIBUTING|AUTHORS)([._-][\\w-]+)*",
    "\\.git(attributes|ignore|keep|modules)",
    "\\.DS_Store",
    "Thumbs\\.db",
    "(_?metadata|dataset_infos?|dataset_dict|state|croissant|stats|statistics|manifest|index)\\.(json|ya?ml|md)",
    "(MANIFEST|SHA(1|256|512)SUMS?|MD5SUMS?|CHECKSUMS?)(\\.txt)?",
    "_(SUCCESS|metadata|common_metadata|committed_\\d+|started_\\d+)",
  ].join("|")}|\\.?[^/]*\\.(sha\\d*|md5|crc|lock|incomplete|metadata))$`,
  "i",
);
/** Tools leave their own files under these names, such as the Hub's client in a local folder. */
const TOOL_FOLDERS = /(^|\/)(\.cache|\.huggingface|__MACOSX|\.ipynb_checkpoints)\//;
/** Of a folder that was written by save_to_disk: what was computed on the way to it. */
const SAVED_CACHE = /(^|\/)(cache|indices)-[^/]*\.arrow$/;
const SAVED_STATE = /(^|\/)state\.json$/;

/**
 * The files of a folder that are its corpus. Where there are files of records, such as in a data set of the Hugging Face
 * Hub or in what save_to_disk has written, what describes them is no document.
 */
export function corpusFiles(files: readonly InputFile[]): InputFile[] {
  const others = files.filter(({ name }) => !isDescription(name));
  const isDataSet =
    others.some(({ name }) => RECORDS.test(name)) ||
    (others.length > 0 && others.every(({ name }) => PERHAPS_RECORDS.test(name)));
  if (!isDataSet) return [...files];
  const saved = new Set(files.filter(({ name }) => SAVED_STATE.test(name)).map(({ name }) => folderOf(name)));
  return others
    .filter(({ name }) => !(SAVED_CACHE.test(name) && saved.has(folderOf(name))))
    .map((file) => ({ ...file, amongData: true }));
}

function isDescription(name: string): boolean {
  return DESCRIPTIONS.test(name) || TOOL_FOLDERS.test(name);
}

function folderOf(name: string): string {
  return name.slice(0, name.lastIndexOf("/") + 1);
}
