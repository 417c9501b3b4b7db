export { documentLengths } from "./document-lengths.js";
export {
  type AssignedDocument,
  type AssignedLine,
  type AssignedShard,
  parseDocument,
  readAssigned,
  readAssignedLines,
  readDocuments,
  readTextLines,
  type StoredDocument,
} from "./documents.js";
export { idText, writtenNumber } from "./exact-number.js";
export { linesOf } from "./lines.js";
export { parseLenient, withoutNonNumbers, writtenFields } from "./written-fields.js";
