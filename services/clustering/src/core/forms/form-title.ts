import { codeLanguages } from "./code-language.js";
import { type TextForm, textForms } from "./text-forms.js";

/** So much of a domain has the forms that it is called after, and each of two at least so much; without a second, more than half. */
const [MOSTLY, EACH_OF_TWO, HALF] = [0.6, 0.2, 0.5];

/**
 * What to call a domain after the forms of its documents: the form that most have, or the two that nearly all share
 * ("Go and Java code"); empty where running text or a mixture of many forms prevails.
 * @param shares of the documents, 0 to 1, in the order of `textForms`
 */
export function formTitle(shares: readonly number[]): string {
  const ranked = textForms.map((form, i) => ({ form, share: shares[i] ?? 0 })).sort((a, b) => b.share - a.share);
  const [first, second] = ranked as [(typeof ranked)[number], (typeof ranked)[number]];
  if (first.share >= MOSTLY) return first.form;
  if (first.share + second.share >= MOSTLY && second.share >= EACH_OF_TWO) return joined(first.form, second.form);
  if (first.share > HALF) return first.form;
  const code = ranked.filter(({ form }) => isSource(form)).reduce((sum, { share }) => sum + share, 0);
  return code >= MOSTLY ? "program code" : "";
}

function joined(one: TextForm, other: TextForm): string {
  const language = (form: TextForm) => codeLanguages.find((name) => form === `${name} code`);
  const [a, b] = [language(one), language(other)];
  return a && b ? `${a} and ${b} code` : `${one} and ${other}`;
}

function isSource(form: TextForm): boolean {
  return codeLanguages.some((name) => form === `${name} code`);
}

const ofMachines: ReadonlySet<string> = new Set<TextForm>([
  "source maps",
  "lock files",
  "tables of numbers",
  "minified CSS",
]);

/** Whether documents of a form, or of none, are about something that their words tell. */
export function isTopical(form: string): boolean {
  return !ofMachines.has(form);
}

const ofIdentifiers: ReadonlySet<TextForm> = new Set<TextForm>([
  "TypeScript declarations",
  "minified JavaScript",
  "minified CSS",
  "CSS",
  "package manifests",
  "lock files",
  "source maps",
  "JSON",
  "YAML",
]);

/** Whether the words of a text are those of the names in it, as in program code. */
export function isOfIdentifiers(form: TextForm | undefined): boolean {
  return form !== undefined && (isSource(form) || ofIdentifiers.has(form));
}
