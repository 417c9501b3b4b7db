/** What the data-set card says. */
export interface CardData {
  domains: { id: string; label: string; weight: number }[];
  documents: number;
  textBytes: number;
  seed: number;
}

/** README.md of the data set, with the front matter that Hugging Face reads. */
export function datasetCard({ domains, documents, textBytes, seed }: CardData): string {
  const rows = domains
    .map(({ id, label, weight }) => `| ${id} | ${label.replaceAll("|", "/")} | ${weight} |`)
    .join("\n");
  return `---
configs:
  - config_name: default
    data_files:
      - split: train
        path: train-*.parquet
---

# A mixed pre-training data set

${documents} documents, ${textBytes} bytes of plain text, globally shuffled with seed ${seed}. Columns: \`id\` (the document's id in
the corpus), \`domain\`, \`text\`. A document may occur more than once where its domain is repeated.

| domain | label | weight |
|---|---|---|
${rows}

Made by Climb. The texts keep the licences they had in the corpus.
`;
}
