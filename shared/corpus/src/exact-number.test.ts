import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { idText, writtenNumber } from "./exact-number.js";

describe("numbers as they are written", () => {
  it.each([
    ['{"id":9007199254740993}', "9007199254740993"],
    ['{"a":{"id":1},"id" : 18446744073709551615 ,"b":[{"id":2}]}', "18446744073709551615"],
    ['{"text":"\\"id\\":5, {\\"id\\":6}","id":-123456789012345678901234567890.5}', "-123456789012345678901234567890.5"],
    ['{"id":1,"\\u0069d":9007199254740995}', "9007199254740995"],
    ['{"id":1e400}', "1e400"],
    ['{"id":"7"}', undefined],
    ['{"no":7}', undefined],
  ])("are found in %s", (json, written) => {
    expect(writtenNumber(json, "id")).toBe(written);
  });

  it("of any size are found among any other fields", () => {
    const name = fc.string({ unit: "binary" }).filter((key) => key !== "id" && key !== "__proto__");
    fc.assert(
      fc.property(fc.dictionary(name, fc.jsonValue()), fc.bigInt(), fc.jsonValue(), (before, id, after) => {
        const json = `{${JSON.stringify(before).slice(1, -1)}${Object.keys(before).length > 0 ? "," : ""}"id":${id},"z":${JSON.stringify(after)}}`;
        expect(writtenNumber(json, "id")).toBe(String(id));
      }),
    );
  });

  it("become ids without a change of digits; what is no id is none", () => {
    expect(idText(7)).toBe("7");
    expect(idText(2n ** 64n)).toBe("18446744073709551616");
    expect(idText(JSON.parse("9007199254740993"), '{"id":9007199254740993}')).toBe("9007199254740993");
    expect(idText(["a"])).toBeUndefined();
    expect(idText(null)).toBeUndefined();
  });
});
