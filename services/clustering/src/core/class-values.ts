/**
 * What each label of a classifier is worth: as given, or the number at its end ("__label__3" is 3).
 * @throws RangeError naming a label without a value, or a value without a label
 */
export function valuesOfClasses(
  labels: readonly string[],
  given: Readonly<Record<string, number>>,
): Map<string, number> {
  const known = Object.keys(given);
  const stray = known.find((label) => !labels.includes(label));
  if (stray !== undefined) throw new RangeError(`label_values names ${stray}; the model has ${labels.join(", ")}`);
  return new Map(
    labels.map((label) => {
      const value = known.length > 0 ? given[label] : Number(/-?\d+(\.\d+)?$/.exec(label)?.[0] ?? Number.NaN);
      if (value !== undefined && Number.isFinite(value)) return [label, value];
      const expected = known.length > 0 ? "one in label_values" : "a number at its end, or label_values";
      throw new RangeError(`the label ${label} has no value; expected ${expected}`);
    }),
  );
}
