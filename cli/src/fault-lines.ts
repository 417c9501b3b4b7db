import type { Fault } from "@climb/proto/common/v1/job";

/** Where a SEARCH.yaml has what the contract has under another name. */
const NAMES_IN_FILE: readonly [RegExp, string][] = [
  [/^corpus\.source\b/, "corpus"],
  [/^corpus\.model\b/, "embedding"],
  [/^corpus\.domains\b/, "domains"],
  [/^domainSetId\b/, "domainSet"],
  [/^knownResults\b/, "warmStart"],
];

/** Faults as lines for people, each field by the name that it has in a SEARCH.yaml. */
export function faultLines(faults: readonly Fault[]): string {
  return faults.map(({ field, message }) => `${nameInFile(field)}: ${message}`).join("\n");
}

function nameInFile(field: string): string {
  const camelCase = field.replace(/^spec\./, "").replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return NAMES_IN_FILE.reduce((name, [contract, file]) => name.replace(contract, file), camelCase);
}
