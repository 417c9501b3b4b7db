import {
  create,
  type DescField,
  type DescMessage,
  type DescOneof,
  getOption,
  type Message,
  ScalarType,
} from "@bufbuild/protobuf";
import {
  type FieldRules,
  field as fieldRules,
  oneof as oneofRules,
} from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import type { Random } from "@climb/numeric";

type Rules = FieldRules["type"];
export type Fields = Record<string, unknown>;

/** What requests are made of beside their rules. */
export interface Samples {
  /** Ids of resources that are there. */
  ids: readonly string[];
  /** Ids of none. */
  unknownIds: readonly string[];
  /** Addresses of artifacts that are there, and of some that are not. */
  uris: readonly string[];
}

/** Texts for each pattern of the contracts; a new pattern needs a line. */
const MATCHING: [RegExp, readonly string[]][] = [
  [/^\^\[\^\\x00\]/, ["/nowhere/at/all.jsonl", "relative/*.txt", "../up", "http://127.0.0.1:1/x", "climb://sha256/zz"]],
  [/^\^\[0-9a-f\]\{64\}|^\^\(\[0-9a-f\]\{64\}/, ["ab".repeat(32), "00".repeat(32)]],
  [/^\^https/, ["http://127.0.0.1:9", "https://localhost:1/v1"]],
  [/^\^\[a-z-\]/, ["run", "predictor", "constructor"]],
  [/^\^\[0-9\]\{0/, ["", "1", "999999999999999"]],
  [/^\^\[a-z0-9_-\]/, ["fuzz", "constructor"]],
  [/^\^\[A-Za-z0-9\]\[/, ["science", "constructor", "a.b"]],
  [/^\^\(\[a-z0-9\]\[a-z0-9_-\]/, ["", "embedder", "constructor"]],
  [/^\^\[a-z0-9\]\[a-z0-9\._\/-\]/, ["team", "trainer", "a/b.c", "constructor"]],
  [/^\^\[\^\\x00-\\x1f/, ["", "red", "ünïcödé 🎈", "\ud83d"]],
  [/^\^\(create_time/, ["", "create_time", "create_time asc", "create_time desc"]],
  [/\[\.\]/, ["nobody.1.1", `${"a".repeat(32)}.1764000000000.1`]],
];
const PLAIN_TEXTS = [
  "",
  "text",
  "__proto__",
  "constructor",
  "d01",
  "tiny",
  "ünïcödé 🎈",
  "explicit \u0000 zero",
  "\ud83d",
];

/** A message that keeps the rules of its type, with few and small parts. */
export function validMessage(described: DescMessage, random: Random, samples: Samples): Message {
  const message = create(described);
  for (const member of described.members) {
    if (member.kind === "oneof") fillChoice(message, member, random, samples);
    else if (isWanted(member, random))
      (message as unknown as Fields)[member.localName] = value(member, random, samples);
  }
  return message;
}

function fillChoice(message: Message, oneof: DescOneof, random: Random, samples: Samples): void {
  if (!getOption(oneof, oneofRules).required && random.int(3) === 0) return;
  const chosen = oneof.fields[random.int(oneof.fields.length)] as DescField;
  (message as unknown as Fields)[oneof.localName] = { case: chosen.localName, value: value(chosen, random, samples) };
}

function isWanted(field: DescField, random: Random): boolean {
  const rules = getOption(field, fieldRules);
  // What has rules of its own would break them by its default.
  return rules.required || rules.type.case !== undefined ? random.int(8) > 0 || mustBeSet(rules) : random.int(2) > 0;
}

function mustBeSet({ required, type: { case: kind, value: rule } }: FieldRules): boolean {
  if (required) return true;
  if (kind === "string") return rule.minLen > 0n || rule.pattern !== "";
  if (kind === "repeated") return rule.minItems > 0n;
  if (kind === "double") return rule.greaterThan.case === "gt";
  return kind === "uint32" && rule.greaterThan.case === "gte";
}

function value(field: DescField, random: Random, samples: Samples): unknown {
  const { type } = getOption(field, fieldRules);
  if (field.fieldKind === "list") {
    const rules = type.case === "repeated" ? type.value : undefined;
    const count = Math.max(Number(rules?.minItems ?? 0n), random.int(4));
    return Array.from({ length: count }, () => single(field, rules?.items?.type ?? NONE, random, samples));
  }
  if (field.fieldKind === "map") {
    const rules = type.case === "map" ? type.value : undefined;
    const entry = () => [
      text(rules?.keys?.type ?? NONE, random, samples, "key").slice(0, 60) || "key",
      single(field, rules?.values?.type ?? NONE, random, samples),
    ];
    return Object.fromEntries(Array.from({ length: random.int(4) }, entry));
  }
  return single(field, type, random, samples);
}

const NONE: Rules = { case: undefined };

function single(field: DescField, rules: Rules, random: Random, samples: Samples): unknown {
  if (field.message) return wellKnown(field.message, random) ?? validMessage(field.message, random, samples);
  if (field.enum) return field.enum.values[random.int(field.enum.values.length)]?.number ?? 0;
  switch (field.scalar) {
    case ScalarType.STRING:
      return text(rules, random, samples, field.name);
    case ScalarType.BYTES:
      return new Uint8Array(random.int(64));
    case ScalarType.BOOL:
      return random.int(2) === 0;
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return number(rules, random);
    case ScalarType.UINT64:
      return BigInt(count(rules, random));
    default:
      return count(rules, random);
  }
}

function text(rules: Rules, random: Random, { ids, unknownIds, uris }: Samples, name: string): string {
  const pick = (texts: readonly string[]) => texts[random.int(texts.length)] ?? "";
  const pattern = rules.case === "string" ? rules.value.pattern : "";
  if (pattern.startsWith("^[A-Za-z0-9_-]{") && !pattern.includes("[.]")) {
    return pick(random.int(4) === 0 || ids.length === 0 ? unknownIds : ids);
  }
  if (name === "uri") return pick(uris);
  if (pattern === "")
    return rules.case === "string" && rules.value.minLen > 0n ? pick(PLAIN_TEXTS) || "x" : pick(PLAIN_TEXTS);
  const known = MATCHING.find(([of]) => of.test(pattern));
  if (!known) throw new Error(`the fuzzer knows no text for the pattern ${pattern}`);
  return pick(known[1]);
}

function number(rules: Rules, random: Random): number {
  if (rules.case !== "double") return random.normal();
  const { lessThan, greaterThan } = rules.value;
  const high = lessThan.case ? lessThan.value : 10;
  const low = greaterThan.case ? greaterThan.value : -10;
  // One is often what weights sum to.
  return random.int(3) === 0 && high >= 1 ? 1 : low + (high - low) * (1e-6 + 0.99 * random.float());
}

function count(rules: Rules, random: Random): number {
  const limits = rules.case === "uint32" || rules.case === "uint64" ? rules.value : undefined;
  const low = Number(limits?.greaterThan.value ?? 0);
  const high = Number(limits?.lessThan.value ?? 1_000_000);
  if (random.int(16) === 0) return high;
  return Math.min(high, low + random.int(50));
}

const PATHS = [
  "id",
  "status",
  "status.state",
  "metadata.labels",
  "display_name",
  "labels",
  "expire_time",
  "__proto__",
  ".",
];

function wellKnown(described: DescMessage, random: Random): Message | undefined {
  if (described.typeName === "google.protobuf.FieldMask") {
    const paths = Array.from({ length: random.int(3) }, () => PATHS[random.int(PATHS.length)]);
    return create(described, { paths });
  }
  const isTime = /^google\.protobuf\.(Timestamp|Duration)$/.test(described.typeName);
  return isTime ? create(described, { seconds: BigInt(random.int(100_000)), nanos: random.int(1e9) }) : undefined;
}
