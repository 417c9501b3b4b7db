/** As the front door reads corpora, with no bad record allowed. */
export const STRICT = {
  format: "auto",
  textField: "",
  idField: "id",
  maxBadShare: 0,
  maxDocumentBytes: 1 << 20,
  maxDocuments: 0,
} as const;
