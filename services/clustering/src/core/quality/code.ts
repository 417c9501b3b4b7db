// Words that open a line of program text in the common languages; short ones are listed only with what follows them.
const opening =
  /^(?:#include|#define|import|from \S+ import|package|using|use |module|require|export|class|struct|enum|interface|trait|impl|def|fn|func|function|public|private|protected|static|const|let|var|val|return|if\b|else|elif|elsif|for\b|while|switch|case|try|catch|end$|pub|mod|type \w+|template|namespace|@\w+|\/\/|\/\*|\*\s|\*\/|#\s|--\s|"""|<<~)/u;
// What a statement, a block or an argument list ends with.
const closing = /[{};]$|\)[:,]?$|[([,]$|^\s*[\])}]+[,;)]*$/u;
// Something named by a person and acted on: call, assignment, comparison, member access.
const acting = /\w\(|[\w\])]\s*(?:[-+*/%|&^]?=|==|!=|<=|>=|=>|->|:=|<-)\s|\w\.\w+\(|\w::\w/u;

/**
 * How much a text looks like program source that people write, 0 (no line does) to 1: the share of lines that are of
 * readable length and open, end or act as program statements do. Data formats (JSON, CSV, lock files) have such line
 * ends too but neither call nor assign, so a text without acting lines scores 0.
 */
export function codeLikeness(lines: readonly string[]): number {
  let [shaped, actingLines] = [0, 0];
  for (const line of lines) {
    // The Stack and StarCoder (arXiv 2305.06161) drop files with lines beyond human reach; here they just do not count.
    if (line.length > 200) continue;
    const body = line.trimStart();
    const acts = acting.test(body);
    if (acts) actingLines++;
    if (acts || opening.test(body) || closing.test(body)) shaped++;
  }
  if (lines.length === 0 || actingLines / lines.length < 0.08) return 0;
  return shaped / lines.length;
}
