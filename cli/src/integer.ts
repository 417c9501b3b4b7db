import { InvalidArgumentError } from "commander";

/** A whole number of an option. @throws InvalidArgumentError */
export function integer(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError(`found "${text}", expected a whole number`);
  return value;
}
