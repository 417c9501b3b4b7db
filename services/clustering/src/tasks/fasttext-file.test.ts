import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { directory } from "../testing/suite.js";
import { openFastText } from "./fasttext.js";
import { expectFastText } from "./fasttext-file.js";

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/fasttext/${name}`, import.meta.url));

describe("a fastText classifier", () => {
  it("gives the probabilities of fastText's own program", async () => {
    const { texts } = JSON.parse(await readFile(fixture("expected.json"), "utf8"));
    await expectFastText(fixture("quality.bin"));
    const model = await openFastText(fixture("quality.bin"));
    expect(model.labels).toEqual(["__label__0", "__label__5"]);
    for (const { text, labels } of texts) {
      const found = model.classify(text);
      for (const [label, probability] of Object.entries(labels)) {
        expect(found.get(label)).toBeCloseTo(probability as number, 6);
      }
    }
  });

  it("is refused with one sentence if it is missing, no model, without labels, or cut short anywhere", async () => {
    const whole = await readFile(fixture("quality.bin"));
    const unlabelled = Buffer.from(whole);
    unlabelled.writeInt32LE(2, 36);
    const path = `${await directory()}/quality.bin`;
    const refused = async (bytes: Uint8Array) => {
      await writeFile(path, bytes);
      return expect(expectFastText(path)).rejects;
    };
    await expect(expectFastText(path)).rejects.toMatchObject({ reason: "PATH_UNREADABLE" });
    await (await refused(Buffer.from("{}"))).toThrow(`${path} does not begin as fastText's models do; expected`);
    await (await refused(unlabelled)).toThrow("has word vectors, but no labels");
    await (await refused(whole.subarray(0, 60))).toThrow("cut short after 60 bytes");
    for (const bytes of [100, 5000, 9000, whole.length - 1]) {
      await (await refused(whole.subarray(0, bytes))).toThrow("does not end in a matrix of 2 × 4");
    }
  });
});
