/** Columns that data sets have of their own. */
const OWN = ["id", "domain", "text"];

/**
 * Names of the columns of what is carried, one for each field, in their order: the field's own name, with "_" behind it as
 * often as another column has it. All fields together ("*") are the column "fields".
 */
export function carriedColumns(carried: readonly string[]): string[] {
  const taken = new Set(OWN);
  return carried.map((field) => {
    let name = field === "*" ? "fields" : field;
    while (taken.has(name)) name += "_";
    taken.add(name);
    return name;
  });
}
