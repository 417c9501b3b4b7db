import { totalSize } from "./bad-input.js";
import type { BadRecord, CorpusDocument, CorpusOptions } from "./document.js";
import type { InputFile } from "./input-file.js";
import { withOwnIds } from "./own-ids.js";
import { readPiece } from "./read-piece.js";
import { emptyTally, expectUsable, isHopeless, type Tally } from "./tally.js";

/**
 * Reads the documents of files in order, one after another as they are asked for. Bad records go to `onBad` and do not
 * stop the reading, until there are too many of them.
 * @throws ServiceError INPUT_BAD if the share of bad records is above the limit, INPUT_EMPTY if there is no document
 */
export async function* readCorpus(
  files: readonly InputFile[],
  options: CorpusOptions,
  onBad: (bad: BadRecord) => void,
): AsyncGenerator<CorpusDocument, Tally> {
  const totalBytes = totalSize(files);
  const { files: named } = await withOwnIds(files, options);
  const reading = readPiece({ files: named }, options, {
    onBad,
    isHopeless: (soFar) => isHopeless(soFar, totalBytes, options),
  });
  try {
    for (let next = await reading.next(); ; next = await reading.next()) {
      if (!next.done) {
        yield* next.value;
        continue;
      }
      expectUsable(next.value, files, options);
      return next.value;
    }
  } finally {
    await reading.return({ ...emptyTally(), lines: 0, needsLines: false });
  }
}
