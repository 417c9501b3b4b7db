import { describe, expect, it } from "vitest";
import { createProtoWriter } from "./protobuf.js";

const hex = (write: (writer: ReturnType<typeof createProtoWriter>) => void) => {
  const writer = createProtoWriter();
  write(writer);
  return Buffer.from(writer.finish()).toString("hex");
};

// The examples of protobuf.dev/programming-guides/encoding, and its rules.
describe("the protobuf writer", () => {
  it("writes varints in base 128, negative ones in ten bytes", () => {
    expect(hex((writer) => writer.varint(1, 150))).toBe("089601");
    expect(hex((writer) => writer.varint(1, 0))).toBe("0800");
    expect(hex((writer) => writer.varint(1, -1))).toBe("08ffffffffffffffffff01");
    expect(hex((writer) => writer.varint(1, 2n ** 53n))).toBe("088080808080808010");
  });

  it("writes text, messages and packed numbers with their length", () => {
    expect(hex((writer) => writer.text(2, "testing"))).toBe("120774657374696e67");
    expect(hex((writer) => writer.message(3, (inner) => inner.varint(1, 150)))).toBe("1a03089601");
    expect(hex((writer) => writer.packedVarints(6, [3, 270, 86942]))).toBe("3206038e029ea705");
    expect(hex((writer) => writer.text(1, "é"))).toBe("0a02c3a9");
  });

  it("writes field numbers above 15 in two bytes, and floats in little-endian order", () => {
    expect(hex((writer) => writer.varint(20, 1))).toBe("a00101");
    expect(hex((writer) => writer.float(2, 1.5))).toBe("150000c03f");
  });
});
