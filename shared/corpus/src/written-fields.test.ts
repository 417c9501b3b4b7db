import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseLenient, writtenFields } from "./written-fields.js";

describe("fields as they are written", () => {
  it("keep all digits, spaces within, and what JSON has no names for", () => {
    const json = '{ "a" : 9007199254740993 , "b":{"c":[1.10, "}"]},"d":NaN,"e":"x\\"y", "a":1e400 }';
    expect([...writtenFields(json)]).toEqual([
      ["a", "1e400"],
      ["b", '{"c":[1.10, "}"]}'],
      ["d", "NaN"],
      ["e", '"x\\"y"'],
    ]);
    expect([...writtenFields("{}")]).toEqual([]);
  });

  it("are those that a parser finds", () => {
    const name = fc.string({ unit: "binary" }).filter((key) => key !== "__proto__");
    fc.assert(
      fc.property(fc.dictionary(name, fc.jsonValue()), fc.constantFrom(undefined, 2), (record, indent) => {
        const found = writtenFields(JSON.stringify(record, undefined, indent));
        const parsed = Object.fromEntries([...found].map(([field, json]) => [field, JSON.parse(json)]));
        expect(parsed).toEqual(JSON.parse(JSON.stringify(record)));
      }),
    );
  });
});

describe("JSON of others", () => {
  it("may hold NaN and Infinity, which are nothing; in texts they are words", () => {
    expect(parseLenient('{"a":NaN,"b":[-Infinity,Infinity],"t":"NaN \\"Infinity\\" -Infinity"}')).toEqual({
      a: null,
      b: [null, null],
      t: 'NaN "Infinity" -Infinity',
    });
  });

  it.each(['{"a":NaNs}', '{"a":nope, "b":NaN}', '{"NaN":', "NaN NaN", '{"a":"NaN}'])("%s is none", (json) => {
    expect(() => parseLenient(json)).toThrow(SyntaxError);
  });
});
