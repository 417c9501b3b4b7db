import { type DescField, type DescMessage, type Message, ScalarType } from "@bufbuild/protobuf";
import { buildPath, type Path, type PathBuilder } from "@bufbuild/protobuf/reflect";
import { Violation } from "@bufbuild/protovalidate";

type Fields = Record<string, unknown>;

/** Fields that hold numbers or messages that do; most types have none. */
const withNumbers = new Map<DescMessage, DescField[]>();

/**
 * Every −0 of a message, at most `most`. It equals 0 and has other bytes, so that the same request would have two ids; no
 * caller means it.
 */
export function negativeZeros(described: DescMessage, message: Message, most: number): Violation[] {
  const found: Violation[] = [];
  collect(described, message, buildPath(described), found, most);
  return found;
}

function collect(described: DescMessage, message: Message, path: PathBuilder, found: Violation[], most: number): void {
  for (const field of numberFields(described)) {
    if (found.length >= most) return;
    for (const [key, value] of valuesOf(field, fieldValue(message, field))) {
      // A path is made only where it is needed: lists of numbers are long.
      if (!field.message && !Object.is(value, -0)) continue;
      const place = path.clone().field(field);
      if (field.fieldKind === "list") place.list(Number(key));
      if (field.fieldKind === "map") place.map(key as string);
      if (field.message) collect(field.message, value as Message, place, found, most);
      else if (found.length < most) {
        found.push(new Violation("must be 0 without a sign", "negative_zero", place.toPath(), [], false));
      }
    }
  }
}

/** The values of a field with their index or key; none where it is not set. */
function valuesOf(field: DescField, value: unknown): Iterable<[number | string, unknown]> {
  if (value === undefined) return [];
  if (field.fieldKind === "list") return (value as unknown[]).entries();
  return field.fieldKind === "map" ? Object.entries(value as object) : [["", value]];
}

function numberFields(described: DescMessage): DescField[] {
  const known = withNumbers.get(described);
  if (known) return known;
  const fields: DescField[] = [];
  withNumbers.set(described, fields);
  for (const field of described.fields) {
    const number = field.scalar === ScalarType.DOUBLE || field.scalar === ScalarType.FLOAT;
    if (number || (field.message && numberFields(field.message).length > 0)) fields.push(field);
  }
  return fields;
}

/** The value of a field as the library keeps it, under its choice if it is part of one. */
export function fieldValue(message: Message, field: DescField): unknown {
  const fields = message as unknown as Fields;
  if (!field.oneof) return fields[field.localName];
  const chosen = fields[field.oneof.localName] as { case?: string; value?: unknown };
  return chosen.case === field.localName ? chosen.value : undefined;
}

/** Follows a path; undefined where nothing is, as for a choice of which nothing is set. */
export function valueAt(message: Message, path: Path): unknown {
  let value: unknown = message;
  for (const step of path) {
    if (value === undefined) return undefined;
    if (step.kind === "field") value = fieldValue(value as Message, step);
    else if (step.kind === "list_sub") value = (value as unknown[])[step.index];
    else if (step.kind === "map_sub") value = (value as Record<string, unknown>)[String(step.key)];
    else return undefined;
  }
  return value;
}
