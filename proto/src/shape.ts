import { create, type DescField, type DescMessage, type DescOneof, type Message, ScalarType } from "@bufbuild/protobuf";
import {
  type FieldMask,
  FieldMaskSchema,
  type Timestamp,
  TimestampSchema,
  timestampDate,
  timestampFromDate,
} from "@bufbuild/protobuf/wkt";

/** A message as the code holds it: plain data, a Date for a time, `{ $case, value }` for a choice. */
export type Plain = Readonly<Record<string, unknown>>;
type Choice = { $case: string; value: unknown };
type Fields = Record<string, unknown>;

const LONGS: readonly ScalarType[] = [
  ScalarType.INT64,
  ScalarType.UINT64,
  ScalarType.SINT64,
  ScalarType.FIXED64,
  ScalarType.SFIXED64,
];

/** The library's form of a message; what is left out gets its default. */
export function protobufOf(described: DescMessage, plain: Plain): Message {
  const message = create(described);
  const fields = message as unknown as Fields;
  for (const member of described.members) {
    const value = plain[member.localName];
    if (value === undefined || value === null) continue;
    fields[member.localName] =
      member.kind === "oneof" ? choiceToProtobuf(member, value as Choice) : fieldToProtobuf(member, value);
  }
  return message;
}

/** The plain form of a message: every field is there, `undefined` where it may be missing and is. */
export function plainOf(described: DescMessage, message: Message): Fields {
  const fields = message as unknown as Fields;
  const plain: Fields = {};
  for (const member of described.members) {
    const value = fields[member.localName];
    plain[member.localName] = member.kind === "oneof" ? choiceToPlain(member, value) : fieldToPlain(member, value);
  }
  return plain;
}

function choiceToProtobuf(oneof: DescOneof, { $case, value }: Choice) {
  const field = oneof.fields.find(({ localName }) => localName === $case);
  if (!field) throw new TypeError(`${oneof} has no ${$case}`);
  return value === undefined ? { case: undefined } : { case: $case, value: fieldToProtobuf(field, value) };
}

function choiceToPlain(oneof: DescOneof, chosen: unknown): Choice | undefined {
  const { case: $case, value } = chosen as { case?: string; value?: unknown };
  if ($case === undefined) return undefined;
  return { $case, value: fieldToPlain(oneof.fields.find(({ localName }) => localName === $case) as DescField, value) };
}

function fieldToProtobuf(field: DescField, value: unknown): unknown {
  if (field.fieldKind === "list") return mapItems(field, value as unknown[], itemToProtobuf);
  if (field.fieldKind === "map") return mapValues(field, value as Fields, itemToProtobuf);
  return itemToProtobuf(field, value);
}

function fieldToPlain(field: DescField, value: unknown): unknown {
  if (field.fieldKind === "list") return mapItems(field, value as unknown[], itemToPlain);
  if (field.fieldKind === "map") return mapValues(field, value as Fields, itemToPlain);
  return value === undefined ? undefined : itemToPlain(field, value);
}

function mapItems(field: DescField, items: readonly unknown[], convert: typeof itemToPlain): unknown[] {
  return isAsIs(field) ? [...items] : items.map((item) => convert(field, item));
}

function mapValues(field: DescField, values: Fields, convert: typeof itemToPlain): Fields {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key.toWellFormed(), convert(field, value)]));
}

/** Whether values are the same in both forms, so that long lists of numbers are copied as a whole. */
function isAsIs({ scalar, message }: DescField): boolean {
  const changing = [ScalarType.STRING, ScalarType.BYTES, ...LONGS];
  return message === undefined && !changing.includes(scalar as ScalarType);
}

function itemToProtobuf({ scalar, message }: DescField, value: unknown): unknown {
  if (message?.typeName === TimestampSchema.typeName) return timestampFromDate(value as Date);
  if (message?.typeName === FieldMaskSchema.typeName)
    return create(FieldMaskSchema, { paths: [...(value as string[])] });
  if (message) return protobufOf(message, value as Plain);
  // Half a surrogate pair, as in a text that was cut, has no UTF-8: it would be refused where the message is read.
  if (typeof value === "string" && scalar === ScalarType.STRING) return value.toWellFormed();
  return LONGS.includes(scalar as ScalarType) ? BigInt(value as bigint) : value;
}

function itemToPlain({ scalar, message }: DescField, value: unknown): unknown {
  if (message?.typeName === TimestampSchema.typeName) return timestampDate(value as Timestamp);
  if (message?.typeName === FieldMaskSchema.typeName) return [...(value as FieldMask).paths];
  if (message) return plainOf(message, value as Message);
  return scalar === ScalarType.BYTES ? Buffer.from(value as Uint8Array) : value;
}
