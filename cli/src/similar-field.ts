import { closest, distance } from "fastest-levenshtein";
import { z } from "zod";
import { searchFile } from "./search-schema.js";

/** Part of a JSON schema, as far as fields are looked for. */
interface Part {
  properties?: Record<string, Part>;
  items?: Part;
  anyOf?: Part[];
}

/**
 * The field of SEARCH.yaml that somebody who wrote another may have meant: the nearest of those at the same place, if
 * at most a third of its letters differ.
 * @param path where it was written, with the field at its end
 */
export function similarField(path: readonly PropertyKey[]): string | undefined {
  const written = String(path.at(-1));
  const known = fieldsAt(
    z.toJSONSchema(searchFile, { io: "input", unrepresentable: "any" }) as Part,
    path.slice(0, -1),
  );
  if (known.length === 0) return undefined;
  const nearest = closest(written, known);
  return distance(written, nearest) <= Math.max(1, nearest.length / 3) ? nearest : undefined;
}

function fieldsAt(part: Part, [first, ...rest]: readonly PropertyKey[]): string[] {
  const own = [part, ...(part.anyOf ?? []).flatMap((choice) => [choice, ...(choice.anyOf ?? [])])];
  return own.flatMap((one) => {
    if (first === undefined) return Object.keys(one.properties ?? {});
    const next = typeof first === "number" ? one.items : one.properties?.[String(first)];
    return next ? fieldsAt(next, rest) : [];
  });
}
