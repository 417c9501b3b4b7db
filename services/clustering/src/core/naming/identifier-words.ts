const listed = (words: string) => words.trim().split(/\s+/);

// What programs of nearly every kind are full of, and so tells none of them from another.
const saysNothing = new Set([
  // Keywords of the common languages.
  ...listed(`abstract and assert async await begin break case catch class const constructor continue declare def default defer
    delete elif else elsif end ensure enum except export exports extends extern final finally for foreach from func function
    global goto impl implements implement import include instanceof interface internal into lambda let local loop macro match mod
    module mut namespace new nonlocal not operator override package pass print private protected pub public raise
    range readonly ref register rescue return returned returns sealed self short signed sizeof static struct sub super
    switch symbol synchronized template this throw throws trait transient try type typedef typename typeof types union unless
    unsafe unsigned until use using var virtual void volatile when where while with yield`),
  // Basic types, constants and what is read from and written to.
  ...listed(`any arr array auto bool boolean byte char double dyn false float int integer long nil none null nullable nullptr num
    number numbers obj object objects rune size str string strings true tuple undef undefined unknown usize val vec void
    console echo err errno errorf fatalf logf error errors eval exit fmt fprintf getter log main printf println puts setter std stderr stdin stdout`),
  // Names of what needs no name, and the words of every comment.
  ...listed(`arg args argument arguments bar baz buf callback cls cmp cnt cond ctx cur curr current dest dst elem elt expr
    fixme foo has idx impl index info init input item items iter key keys kwargs len length lhs lst name names opt option
    optional options opts output param parameter params pos prev prop props ptr req res resp result results ret rhs
    should some src start step sum temp test tests tmp todo txt value values variable variables
    all also are can equals example given https http into isnt note off only one other out returnvalue see set get the
    then that two will you www com org yes`),
  // The licence at the head of files.
  ...listed(`applicable copyright copyrights damages express governing implied kind language law liability licence license licensed
    licenses limitations notice permission permissions reserved rights software spdx warranties warranty writing`),
]);

// Names that compilers and their helpers put into every file.
const ofCompilers = new Set(
  listed(
    "defineProperty hasOwnProperty sourceMappingURL __esModule __importDefault __importStar __createBinding strictEqual",
  ),
);

// Addresses, and numbers in base 64 as source maps have them.
const machineMade = /:\/\/|(?:[A-Za-z]{4,5}[,;]){8}/;

// Line breaks and the like as string literals write them; else "\nexport" would be a word "nexport".
const escapes = /\\+[nrtbfv0]/g;

const identifier = /[\p{L}_$][\p{L}\p{M}\p{N}_$]*/gu;
const parts = /\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{M}]+|[\p{Lo}\p{M}]+/gu;
const [SHORTEST, LONGEST] = [3, 30];
/** Digests and packed data look like names and are none. */
const LONGEST_IDENTIFIER = 60;

/**
 * The words of the identifiers in a word of program code: "addEventListener(node" holds "add", "event", "listener" and
 * "node". What every program says (keywords, basic types, names of what needs none) is left out, and what is shorter
 * than three letters; what stands before it and after it are two runs of words.
 */
export function identifierWords(word: string): string[][] {
  const found: string[][] = [];
  if (machineMade.test(word)) return found;
  for (const [name] of word.replace(escapes, " ").matchAll(identifier)) {
    if (name.length > LONGEST_IDENTIFIER) continue;
    if (ofCompilers.has(name)) continue;
    let run: string[] = [];
    for (const part of name.match(parts) ?? []) {
      const word = part.toLowerCase();
      if (isTelling(word)) run.push(word);
      else if (run.length > 0) {
        found.push(run);
        run = [];
      }
    }
    if (run.length > 0) found.push(run);
  }
  return found;
}

/** Whether a word of an identifier, in lower case, says something that not every program says. */
export function isTelling(word: string): boolean {
  return word.length >= SHORTEST && word.length <= LONGEST && !saysNothing.has(word);
}
