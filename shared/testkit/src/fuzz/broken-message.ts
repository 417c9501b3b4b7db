import { type DescField, type DescMessage, type Message, ScalarType } from "@bufbuild/protobuf";
import type { Random } from "@climb/numeric";
import type { Fields } from "./valid-message.js";

const BAD_TEXTS = [
  "",
  "x".repeat(20_000),
  "\u0000",
  "../../../etc/passwd",
  "%2f..%2f",
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "a b",
  "a.b.*.>",
  "\n\r\t",
  "\u202e\ufffe",
  "climb://sha256/",
  "https://",
  "http://[::1",
  "🎈".repeat(200),
];
const BAD_NUMBERS = [Number.NaN, Infinity, -Infinity, -0, -1, 1e308, -1e308, 5e-324, 2 ** 53, 0.1 + 0.2];
const BAD_COUNTS = [0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];
const BAD_LONGS = [0n, 1n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];
const BAD_ENUMS = [-1, 77, 2 ** 31 - 1, -(2 ** 31)];
const LONG_LIST = 2000;
/** More entries than any map of the contracts may have. */
const LONG_MAP = 12_000;

/** A place of a message that can be broken. */
interface Place {
  field: DescField;
  holder: Fields;
  key: string;
}

/** Breaks one field of a message, wherever in it; returns the message. */
export function broken(described: DescMessage, message: Message, random: Random): Message {
  const places: Place[] = [];
  collect(described, message, places);
  const place = places[random.int(Math.max(1, places.length))];
  if (place) breakAt(place, random);
  return message;
}

function collect(described: DescMessage, message: Message, places: Place[]): void {
  const fields = message as unknown as Fields;
  for (const field of described.fields) {
    const chosen = field.oneof && (fields[field.oneof.localName] as { case?: string; value?: unknown });
    if (chosen && chosen.case !== field.localName) continue;
    const [holder, key] = chosen ? [chosen as Fields, "value"] : [fields, field.localName];
    places.push({ field, holder, key });
    const value = holder[key];
    if (!field.message || value === undefined || field.message.typeName.startsWith("google.protobuf.")) continue;
    const inside = field.fieldKind === "message" ? [value] : Object.values(value as object);
    for (const one of inside) collect(field.message, one as Message, places);
  }
}

function breakAt({ field, holder, key }: Place, random: Random): void {
  const pick = <T>(values: readonly T[]) => values[random.int(values.length)] as T;
  const value = holder[key];
  if (field.fieldKind === "list") {
    const items = value as unknown[];
    const how = random.int(40);
    if (how === 0) holder[key] = [];
    else if (how === 1 && items.length > 0) holder[key] = Array.from({ length: LONG_LIST }, () => items[0]);
    else if (how > 1 && !field.message) holder[key] = [...items, badScalar(field, pick)];
    return;
  }
  if (field.fieldKind === "map") {
    const [known] = Object.values(value as object);
    const given = known ?? (field.message ? undefined : badScalar(field, pick));
    if (given === undefined) return;
    const many = random.int(40) === 0 ? LONG_MAP : 1;
    // Messages beyond their limit are refused before anybody reads them.
    const any = typeof given === "string" ? given.slice(0, many > 1 ? 16 : 1000) : given;
    holder[key] = Object.fromEntries(
      Array.from({ length: many }, (_, i) => [many > 1 ? `k${i}` : pick(BAD_TEXTS), any]),
    );
    return;
  }
  if (field.message) {
    const { typeName } = field.message;
    const isTime = /^google\.protobuf\.(Timestamp|Duration)$/.test(typeName);
    if (isTime && value)
      Object.assign(value, { seconds: pick([-(2n ** 63n), 2n ** 63n - 1n, -1n]), nanos: pick([-1, 2e9]) });
    else if (key !== "value") holder[key] = undefined;
    return;
  }
  holder[key] = badScalar(field, pick);
}

function badScalar(field: DescField, pick: <T>(values: readonly T[]) => T): unknown {
  if (field.enum) return pick(BAD_ENUMS);
  switch (field.scalar) {
    case ScalarType.STRING:
      return pick(BAD_TEXTS);
    case ScalarType.BYTES:
      return new Uint8Array(pick([0, 1, 7, 100_000]));
    case ScalarType.BOOL:
      return true;
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return pick(BAD_NUMBERS);
    case ScalarType.UINT64:
      return pick(BAD_LONGS);
    default:
      return pick(BAD_COUNTS);
  }
}
