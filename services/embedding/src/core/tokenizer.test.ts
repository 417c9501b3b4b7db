import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTermReader, eachTerm } from "./tokenizer.js";

function terms(text: string): string[] {
  const found: string[] = [];
  eachTerm(text, (term) => found.push(term));
  return found;
}

describe("eachTerm", () => {
  it("takes runs of letters and digits in lower case and leaves single ASCII characters out", () => {
    expect(terms("The Cat sat on a mat, v2 of x1 7")).toEqual(["the", "cat", "sat", "on", "mat", "v2", "of", "x1"]);
  });
  it("assumes no language", () => {
    expect(terms("Größe über Ёлка नमस्ते")).toEqual(["größe", "über", "ёлка", "नमस्ते"]);
  });
  it("takes Chinese and Japanese characters singly and in pairs", () => {
    expect(terms("中文字 ひ")).toEqual(["中", "文", "中文", "字", "文字", "ひ"]);
  });
  it("finds the words of scripts without spaces: by dictionary, at the tsheg, by syllables", () => {
    expect(terms("สิทธิของมนุษย์")).toEqual(["สิทธิ", "ของ", "มนุษย์"]);
    expect(terms("མིའི་རིགས་ཀྱི།")).toEqual(["མིའི", "རིགས", "ཀྱི"]);
    expect(terms("ሰው፡ልጅ፡ሁሉ")).toEqual(["ሰው", "ልጅ", "ሁሉ"]);
    expect(terms("ၵူၼ်းတင်းလုမ်ႈ")).toEqual(["ၵူၼ်း", "တင်း", "လုမ်ႈ"]);
  });
  it("keeps words with joiners whole, and long words of other letters than Latin", () => {
    expect(terms("ප්‍රකාශ می‌خواهم")).toEqual(["ප්‍රකාශ", "می‌خواهم"]);
    expect(terms("നി".repeat(30))).toEqual(["നി".repeat(30)]);
  });
  it("keeps characters beyond the basic plane whole", () => {
    expect(terms("𠀀𠀁")).toEqual(["𠀀", "𠀁", "𠀀𠀁"]);
  });
  it("takes operators of two and three characters from code, but no single marks and no rulers", () => {
    expect(terms("if (ab === cd) { ef => gh; } // end -----")).toEqual([
      ...["if", "ab", "===", "cd", "ef", "=>", "gh", "//", "end"],
    ]);
  });
  it("gives long numbers and hashes a common term", () => {
    expect(terms(`1234 12345 98765 ${"ab1".repeat(20)}`)).toEqual(["1234", "#5", "#5", "#long"]);
  });
  it("gives a reader by numbers the same terms, whatever it has read and forgotten before", () => {
    const known: string[] = [];
    const reader = createTermReader((term) => known.push(term) - 1, 20);
    const pieces = fc.constantFrom(
      "Word",
      "x1",
      "=>",
      "12345",
      "ab1".repeat(20),
      "中文",
      "สิทธิของ",
      "𠀀",
      "\ud800",
      " ",
      ", ",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string({ unit: "binary", maxLength: 5 }))), (parts) => {
        const text = parts.join("");
        const found: string[] = [];
        reader.each(text, (number) => found.push(known[number] as string));
        expect(found).toEqual(terms(text));
      }),
    );
  });
  it("takes any text, lone surrogates included, and gives no empty term", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(terms(text).every((term) => term.length > 0)).toBe(true);
      }),
    );
  });
});
