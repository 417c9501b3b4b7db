export { createCodeUnits } from "./code-units.js";
export { cutRun } from "./cut-run.js";
export { graphemeCount, isPlain } from "./graphemes.js";
export { unspacedLetters, unspacedRuns } from "./scripts.js";
export { createWordTable, EMPTY_HASH, hashOf, hashUnit, type WordTable } from "./word-table.js";
export { isSimple, type Words, wordsOf } from "./words.js";
