/** Languages of program code that are told from each other, in the words of titles. */
export const codeLanguages = [
  "JavaScript",
  "TypeScript",
  "Python",
  "Java",
  "C and C++",
  "Go",
  "Rust",
  "Ruby",
  "PHP",
  "shell",
  "SQL",
] as const;

export type CodeLanguage = (typeof codeLanguages)[number];

// What a language writes and hardly any other does, once for each occurrence.
const marks: Record<CodeLanguage, RegExp> = {
  JavaScript:
    /\b(?:const|var|let) [\w$]+ = |\b(?:const|let|var) [{[]|\bfunction\b ?[\w$]*\(|===|\) => |module\.exports|\brequire\(["']|^import .* from ["']|^export (?:default|const|function|class) /gm,
  // Counted beside JavaScript's, of which it has all.
  TypeScript:
    /^\s*(?:export )?(?:declare )?(?:interface|type) [A-Z]\w*|[\w)\]?]: (?:string|number|boolean|void|unknown|any|readonly|Promise<|[A-Z]\w*(?:\[\])?[,;)=])|\bas const\b|^import type |\bprivate readonly /gm,
  Python:
    /^\s*(?:async )?def \w+\(.*(?::|,|\()$|^from [\w.]+ import |^import [\w.]+(?: as \w+)?$|^\s*class \w+(?:\(.*\))?:$|^\s*(?:elif|except|with|for|if|while) .*:$|\bself\.\w|^\s*"""/gm,
  Java: /\b(?:public|private|protected) (?:static |final |abstract )*(?:class|interface|enum|void|int|boolean|double|long|String|[A-Z][\w<>[\]]*) \w+|^package [\w.]+;|^import (?:static )?[\w.]+(?:\.\*)?;|^\s*@(?:Override|Test)\b/gm,
  "C and C++":
    /^\s*#\s*(?:include|define|ifn?def|endif|pragma)\b|\bstd::|^(?:static |inline |extern )*(?:int|void|char|double|float|bool|size_t|auto|uint\d+_t) [*&]?\w+\(|\btemplate ?<|^using namespace |\bconst \w+ ?[&*]/gm,
  Go: /^func |^package \w+$|\w := |\berr != nil\b|^import \($|\bfmt\.[A-Z]|^type \w+ (?:struct|interface) \{/gm,
  Rust: /\bfn \w+(?:<.*>)?\(|\blet mut \b|^\s*impl\b|&(?:mut )?self\b|^\s*(?:pub )?use [\w:{}, ]+;|\bpub (?:fn|struct|enum|mod|trait)\b|^\s*#!?\[\w+|::<|\.unwrap\(\)|\bSome\(/gm,
  Ruby: /^\s*def [\w.]+[?!]?(?:\(.*\))?$|^\s*end$|^\s*require(?:_relative)? ["']|^\s*(?:module|class) [A-Z][\w:]*(?: < [\w:]+)?$|\battr_(?:reader|accessor|writer)\b|\bdo \|[\w, ]+\|/gm,
  PHP: /<\?php|\$this->|\$\w+->\w|^\s*namespace [\w\\]+;/gm,
  shell: /^#!.*sh\b|^\s*(?:fi|done|esac)$|; (?:then|do)$|^\s*(?:echo|export \w+=|set -\w|exit \d)/gm,
  SQL: /^\s*(?:SELECT|INSERT INTO|CREATE (?:TABLE|INDEX|VIEW)|UPDATE|DELETE FROM|ALTER TABLE|FROM|WHERE|ORDER BY|GROUP BY) /gim,
};

// TypeScript is JavaScript with types: so many for each mark of JavaScript, and no fewer than that.
const [TYPES_PER_MARK, FEWEST_TYPES] = [0.25, 2];

/** The language of a piece of program code by what only that language writes; undefined if nothing tells. */
export function codeLanguageOf(text: string): CodeLanguage | undefined {
  const counts = codeLanguages.map((language) => text.match(marks[language])?.length ?? 0);
  const [script = 0, types = 0] = counts;
  const typed = types >= Math.max(FEWEST_TYPES, TYPES_PER_MARK * script);
  counts[0] = typed ? 0 : script;
  counts[1] = typed ? script + types : 0;
  const most = Math.max(...counts);
  return most > 0 ? codeLanguages[counts.indexOf(most)] : undefined;
}
