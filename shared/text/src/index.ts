export { cutRun } from "./cut-run.js";
export { graphemeCount, isPlain } from "./graphemes.js";
export { unspacedLetters, unspacedRuns } from "./scripts.js";
export { isSimple, type Words, wordsOf } from "./words.js";
