import type { InputFile } from "./input-file.js";

const PACKED = "(\\.(gz|gzip|zst|zstd|bz2|bzip2|xz|lz4))?";
/** Files of records; those of Spark and Hadoop need no ending. */
const RECORDS = new RegExp(
  `\\.(parquet|pq|arrow|feather|(jsonl|ndjson)${PACKED}|tar${PACKED}|tgz)$|(^|/)part-([rm]-)?\\d{5}[\\w-]*${PACKED}$`,
  "i",
);
/** Files that are records in a data set, and documents of their own in a folder of code. */
const PERHAPS_RECORDS = new RegExp(`\\.(json|csv|tsv)${PACKED}$`, "i");
/** What lies beside records and describes them: cards, licences, marks of version control, sums, indexes of tools. */
const DESCRIPTIONS = new RegExp(
  `(^|/)(${[
    "README([._-][\\w-]+)?(\\.(md|txt|rst))?",
    "[\\w-]*(dataset|data)[_-]?card(\\.md)?",
    "(LICEN[CS]E|COPYING|NOTICE|CITATION|CHANGELOG|CONTRIBUTING|AUTHORS)([._-][\\w-]+)*",
    "\\.git(attributes|ignore|keep|modules)",
    "(_?metadata|dataset_infos?|dataset_dict|state|croissant|stats|statistics|manifest|index)\\.(json|ya?ml|md)",
    "(MANIFEST|SHA(1|256|512)(SUMS?)?|MD5(SUMS?)?|CHECKSUMS?)(\\.txt)?",
    "index\\.html?",
    "config\\.(ya?ml|toml|json)",
    "_(SUCCESS|metadata|common_metadata|committed_\\d+|started_\\d+)",
  ].join("|")}|\\.?[^/]*\\.(sha\\d*|md5|lock|metadata))$`,
  "i",
);
/** What systems leave beside every kind of file: resource forks of macOS, sums of Hadoop, tables of folders. */
const NEVER = /(^|\/)(\._[^/]*|\.[^/]*\.crc|\.DS_Store|Thumbs\.db)$|(^|\/)__MACOSX\//;
/** Records that are not there to their end. */
const UNFINISHED = /\.(part|partial|filepart|crdownload|download|incomplete|aria2|tmp|temp)$|(^|\/)_temporary\//i;
const HALF = "a download or a writing that did not end; finish it, or remove it";
/** Tools leave their own files under these names, such as the Hub's client in a local folder. */
const TOOL_FOLDERS = /(^|\/)(\.cache|\.huggingface|\.ipynb_checkpoints)\//;
/** Of a folder that was written by save_to_disk: what was computed on the way to it. */
const SAVED_CACHE = /(^|\/)(cache|indices)-[^/]*\.arrow$/;
const SAVED_STATE = /(^|\/)state\.json$/;

/**
 * The files of a folder that are its corpus. Where there are files of records, such as in a data set of the Hugging Face
 * Hub or in what save_to_disk has written, what describes them is no document, and what did not end is broken.
 */
export function corpusFiles(found: readonly InputFile[]): InputFile[] {
  const files = found.filter(({ name }) => !NEVER.test(name));
  const others = files.filter(({ name }) => !isDescription(name));
  const whole = others.filter(({ name }) => !UNFINISHED.test(name));
  const isDataSet =
    whole.some(({ name }) => RECORDS.test(name)) ||
    (whole.length > 0 && whole.every(({ name }) => PERHAPS_RECORDS.test(name)));
  if (!isDataSet) return [...files];
  const saved = new Set(files.filter(({ name }) => SAVED_STATE.test(name)).map(({ name }) => folderOf(name)));
  return others
    .filter(({ name }) => !(SAVED_CACHE.test(name) && saved.has(folderOf(name))))
    .map((file) => ({ ...file, ...(UNFINISHED.test(file.name) && { broken: HALF }), amongData: true }));
}

function isDescription(name: string): boolean {
  return DESCRIPTIONS.test(name) || TOOL_FOLDERS.test(name);
}

function folderOf(name: string): string {
  return name.slice(0, name.lastIndexOf("/") + 1);
}
