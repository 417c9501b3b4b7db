// A search from end to end: node examples/search.mjs [ADDRESS] [FOLDER], beside a suite (`climb up`) on this machine.
import { join, resolve } from "node:path";
import { connect, finished } from "@climb/client";
import { writeSmallCorpus } from "./small-corpus.mjs";

const [address = "127.0.0.1:50051", folder = "climb-example"] = process.argv.slice(2);
const climb = connect(address, { onWait: (line) => console.error(line) });
try {
  // The suite reads the corpus where it lies; files of the caller's are uploaded.
  const { corpus, target } = writeSmallCorpus(resolve(folder));
  const spec = {
    name: "example",
    input: {
      $case: "corpus",
      value: { source: { paths: [corpus] }, domains: { clusters: 8, domains: 4, minQuality: 0 } },
    },
    targets: [{ name: "sea", paths: [await climb.upload(target)] }],
    proxy: { preset: "nano" },
    vocabulary: 512,
    budget: { rounds: [4, 2], tokensPerRun: 5000, confirmationSeeds: 2, confirmedMixtures: 1 },
    seed: 3,
    dataset: { tokens: 20_000 },
  };
  const { faults } = await climb.search.validateSearch({ spec });
  if (faults.length > 0) throw new Error(faults.map(({ field, message }) => `${field}: ${message}`).join("\n"));

  const { search: created } = await climb.search.createSearch({ spec });
  console.log(`search ${created.id}`);
  const search = await finished(climb.search.watchSearch({ id: created.id }), ({ status }) => {
    const { stage, done, total, unit } = status?.progress ?? {};
    if (stage) console.error(`${stage} ${done} of ${total} ${unit}`);
  });
  for (const { id, label, weight } of search.result.domains) console.log(`${id} ${weight.toFixed(4)} ${label}`);

  const { dataset } = await climb.search.getDataset({ id: search.result.datasetId });
  for (const path of await climb.download(dataset.files, join(folder, "dataset"))) console.log(path);
} finally {
  climb.close();
}
