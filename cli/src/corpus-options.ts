import { CorpusFormat, type CorpusSource } from "@climb/proto/common/v1/corpus";
import { type Command, InvalidArgumentError, Option } from "commander";

/** How a corpus is read, by the names that files and options have for it. */
export const CORPUS_FORMATS = {
  auto: CorpusFormat.CORPUS_FORMAT_UNSPECIFIED,
  jsonl: CorpusFormat.CORPUS_FORMAT_JSONL,
  csv: CorpusFormat.CORPUS_FORMAT_CSV,
  parquet: CorpusFormat.CORPUS_FORMAT_PARQUET,
  arrow: CorpusFormat.CORPUS_FORMAT_ARROW,
  tar: CorpusFormat.CORPUS_FORMAT_TAR,
  files: CorpusFormat.CORPUS_FORMAT_FILES,
} as const;

/** What {@link addCorpusOptions} adds. */
export interface CorpusOptions {
  format?: keyof typeof CORPUS_FORMATS;
  textField?: string;
  idField?: string;
  maxBadShare?: number;
  skipBrokenFiles?: boolean;
  carry?: string[];
  text?: boolean;
}

/** The options of every command that reads a corpus. */
export function addCorpusOptions(command: Command): Command {
  const formats = Object.keys(CORPUS_FORMATS);
  return command
    .addOption(
      new Option("--format <name>", "how to read the corpus; default: by what is in each file").choices(formats),
    )
    .option("--text-field <name>", 'field of the text; default "text", else what the first records clearly show')
    .option("--id-field <name>", 'field of the document id; default "id"')
    .option("--max-bad-share <share>", "go on with so large a share of bad records, 0 to 1; default 0.01", share)
    .option("--skip-broken-files", "go on without files that are cut off, pointers of git-LFS, or cannot be read")
    .option("--no-text", "the records are ids without text; their vectors must be given")
    .option("--carry <field...>", 'fields to keep beside the text, for exports; "*" for all of them as JSON');
}

/** What the options change of how a corpus is read; nothing of what was not given. */
export function corpusFields(given: CorpusOptions): Partial<CorpusSource> {
  const { format, textField, idField, maxBadShare, skipBrokenFiles, carry, text } = given;
  return {
    ...(format !== undefined && { format: CORPUS_FORMATS[format] }),
    ...(textField !== undefined && { textField }),
    ...(idField !== undefined && { idField }),
    ...(maxBadShare !== undefined && { maxBadShare }),
    ...(skipBrokenFiles && { skipBrokenFiles }),
    ...(carry && { carry }),
    ...(text === false && { withoutText: true }),
  };
}

function share(text: string): number {
  const value = Number(text || Number.NaN);
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError("expected a share from 0 to 1");
  return value;
}
