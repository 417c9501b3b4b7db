import { readTextLines } from "@climb/corpus";
import { ServiceError } from "@climb/runtime/worker";

/** A document and the domain that it belongs to. */
export interface GivenDomain {
  id: string;
  label: string;
}

/** More are no domains but something else. */
export const MAX_GIVEN_DOMAINS = 1000;

/**
 * The lines of a file that gives domains to documents (JSON lines, plain or gzip), streamed.
 * @throws ServiceError invalid PATH_UNREADABLE; RECORD_INVALID naming file and line
 */
export async function* readGivenDomains(path: string): AsyncGenerator<GivenDomain> {
  let line = 0;
  try {
    for await (const json of readTextLines(path)) {
      line++;
      if (json.trim() !== "") yield parse(json, path, line);
    }
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    const message = `${path} cannot be read as labels: ${(error as Error).message}`;
    throw new ServiceError("invalid", "PATH_UNREADABLE", message, { path });
  }
  if (line === 0) throw invalid(path, 0, "is empty, expected JSON lines with id and label");
}

/** Reads a file whole. @throws ServiceError as {@link readGivenDomains}, and RECORD_INVALID on too many labels */
export async function checkGivenDomains(path: string): Promise<void> {
  const labels = new Set<string>();
  for await (const { label } of readGivenDomains(path)) {
    labels.add(label);
    if (labels.size > MAX_GIVEN_DOMAINS) throw invalid(path, 0, `has more than ${MAX_GIVEN_DOMAINS} labels`);
  }
}

function parse(json: string, path: string, line: number): GivenDomain {
  let record: unknown;
  try {
    record = JSON.parse(json);
  } catch {
    throw invalid(path, line, "is not JSON");
  }
  const { id, label } = (record ?? {}) as Partial<GivenDomain>;
  if (typeof id === "string" && typeof label === "string" && label.trim() !== "") return { id, label: label.trim() };
  throw invalid(path, line, 'needs strings "id" and "label"');
}

function invalid(path: string, line: number, fault: string): ServiceError {
  const metadata = { file: path, line: line > 0 ? String(line) : "", field: "label" };
  return new ServiceError("invalid", "RECORD_INVALID", `${line > 0 ? `${path}:${line}` : path} ${fault}`, metadata);
}
