import { idText, readTextLines } from "@climb/corpus";
import { ServiceError } from "@climb/runtime";

/** Scores that people gave: of documents by id, or of texts. */
export interface Annotations {
  byId: Map<string, number>;
  texts: { text: string; score: number }[];
}

/**
 * Reads an annotation file: JSON lines, plain or gzip.
 * @throws ServiceError invalid PATH_UNREADABLE; RECORD_INVALID naming file and line
 */
export async function readAnnotations(path: string): Promise<Annotations> {
  const found: Annotations = { byId: new Map(), texts: [] };
  let line = 0;
  try {
    for await (const json of readTextLines(path)) {
      line++;
      if (json.trim() !== "") add(found, json, path, line);
    }
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    const message = `${path} cannot be read as annotations: ${(error as Error).message}`;
    throw new ServiceError("invalid", "PATH_UNREADABLE", message, { path });
  }
  return found;
}

function add({ byId, texts }: Annotations, json: string, path: string, line: number): void {
  const invalid = (field: string, fault: string) => {
    const metadata = { file: path, line: String(line), field };
    return new ServiceError("invalid", "RECORD_INVALID", `${path}:${line} ${fault}`, metadata);
  };
  let record: { id?: unknown; text?: unknown; score?: unknown };
  try {
    record = JSON.parse(json) as typeof record;
  } catch {
    throw invalid("", "is not JSON");
  }
  const { id: given, text, score } = record ?? {};
  const id = given === undefined ? undefined : idText(given, json);
  if (typeof score !== "number" || !Number.isFinite(score)) {
    throw invalid("score", `score: found ${JSON.stringify(score)}, expected a number`);
  }
  if (id !== undefined && text === undefined) {
    if (byId.has(id)) throw invalid("id", `id: ${id} has a score already`);
    byId.set(id, score);
  } else if (typeof text === "string" && text !== "" && given === undefined) texts.push({ text, score });
  else throw invalid("id", 'expected a text in either "id" or "text"');
}
