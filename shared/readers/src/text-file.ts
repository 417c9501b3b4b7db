import { isControl } from "./broken-file.js";
import { DamagedFileError, readBytes } from "./bytes.js";
import { badRecord, type ReadItem, type ReadOptions } from "./document.js";
import type { InputFile } from "./input-file.js";
import { cutPoint } from "./split-document.js";

/** Above this share of undecodable or of control characters a file is binary, below it is text in another encoding or damaged. */
const BINARY_SHARE = 0.1;
/** Files that are nothing but text under these names. */
const TEXT_NAME = /\.(txt|md|markdown|rst)$/i;

/** A text, Markdown or code file as one document, or several pieces if it is longer than the limit. */
export async function* readTextFile(file: InputFile, options: ReadOptions): AsyncGenerator<ReadItem[], number> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  let offset = 0;
  let pieces = 0;
  const document = (text: string): ReadItem => {
    pieces++;
    return { document: { id: pieces === 1 ? file.name : `${file.name}#${pieces}`, text, source: file.name }, line: 0 };
  };
  // A file that was named, by the user or as text, is expected to be text; one that a directory happens to hold is not.
  const notText = file.named || TEXT_NAME.test(file.name) ? "file" : "skipped";
  const isEmpty = file.named ? "record" : "skipped";
  try {
    for await (const chunk of readBytes(file.path)) {
      const problem = binaryReason(chunk, offset);
      if (problem) {
        yield [badRecord(file.name, 0, problem, notText)];
        return 0;
      }
      rest += decoder.decode(chunk, { stream: true });
      offset += chunk.length;
      while (Buffer.byteLength(rest) > options.maxDocumentBytes) {
        const end = cutPoint(rest, options.maxDocumentBytes);
        yield [document(rest.slice(0, end))];
        rest = rest.slice(end);
      }
    }
    rest += decoder.decode();
  } catch (error) {
    if (error instanceof DamagedFileError) yield [badRecord(file.name, 0, error.message, "file")];
    else if (error instanceof TypeError)
      yield [badRecord(file.name, 0, `invalid UTF-8 after byte ${offset}`, "record", file.sizeBytes)];
    else throw error;
    return 0;
  }
  if (rest.trim() !== "") yield [document(rest)];
  else if (pieces === 0) yield [badRecord(file.name, 0, "the file holds no text", isEmpty)];
  return 0;
}

function binaryReason(chunk: Buffer, offset: number): string | undefined {
  if (offset === 0 && ((chunk[0] === 0xff && chunk[1] === 0xfe) || (chunk[0] === 0xfe && chunk[1] === 0xff))) {
    return "UTF-16 text; expected UTF-8: convert it with iconv -f utf-16 -t utf-8";
  }
  const nul = chunk.indexOf(0);
  if (nul >= 0) return `binary file: NUL byte at ${offset + nul}; expected UTF-8 text`;
  if (offset > 0) return undefined;
  const bytes = chunk.subarray(0, 8192);
  const start = bytes.toString("utf8");
  const undecodable = start.split("\uFFFD").length - 1;
  if (undecodable > BINARY_SHARE * start.length) {
    return "binary file: many of its bytes are no UTF-8; expected UTF-8 text, to which iconv converts other encodings";
  }
  const controls = bytes.filter(isControl).length;
  return controls > BINARY_SHARE * bytes.length
    ? "binary file: many of its bytes are control characters; expected UTF-8 text"
    : undefined;
}
