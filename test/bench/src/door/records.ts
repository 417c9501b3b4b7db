/** A record of known truth. */
export interface KnownRecord {
  id: string;
  text: string;
}

const WORDS = "oven flour été Straße żółć вода небо 水 星空 빵 नमस्ते שלום سلام ไทย 🙂 {x} [y] \\ a;b a|b".split(" ");

/** Records whose texts have what formats must escape: quotes, commas, tabs, line breaks, every kind of letter. */
export function knownRecords(count: number, from = 0): KnownRecord[] {
  return Array.from({ length: count }, (_, k) => {
    const i = from + k;
    const words = Array.from({ length: 30 }, (__, j) => WORDS[(i * 7 + j * j + i * j) % WORDS.length]);
    const text = `${i}: "${words.slice(0, 15).join(" ")}",\n\t${words.slice(15).join(" ")}${" again".repeat(i % 4)}`;
    return { id: `r${i}`, text };
  });
}
