import { readTextLines } from "@climb/corpus";
import { readField } from "@climb/readers/read-field";
import { ServiceError } from "@climb/runtime/worker";

/** A document and the domain that it belongs to. */
export interface GivenDomain {
  id: string;
  label: string;
}

/** A caller's file, and the name that it has at the caller's. */
export interface NamedFile {
  path: string;
  name: string;
}

/** More are no domains but something else. */
export const MAX_GIVEN_DOMAINS = 1000;

/**
 * The domains that a file gives to documents, streamed: records of id and label, in whatever a corpus may be in.
 * @throws ServiceError invalid PATH_UNREADABLE; RECORD_INVALID naming file and line, and of a document that comes twice
 */
export async function* readGivenDomains(file: NamedFile): AsyncGenerator<GivenDomain> {
  let isEmpty = true;
  for await (const { id, value } of readField(file, "label")) {
    isEmpty = false;
    // What has no label is in no domain.
    if (value.trim() !== "") yield { id, label: value.trim() };
  }
  if (isEmpty) throw invalid(file, "is empty, expected records with id and label");
}

/** Reads a file whole. @throws ServiceError as {@link readGivenDomains}, and RECORD_INVALID on too many labels */
export async function checkGivenDomains(file: NamedFile): Promise<void> {
  const labels = new Set<string>();
  for await (const { label } of readGivenDomains(file)) {
    labels.add(label);
    if (labels.size > MAX_GIVEN_DOMAINS) throw invalid(file, `has more than ${MAX_GIVEN_DOMAINS} labels`);
  }
}

/** Given domains as they are stored: JSON lines, plain or gzip. */
export async function* readStoredDomains(path: string): AsyncGenerator<GivenDomain> {
  for await (const json of readTextLines(path)) if (json !== "") yield JSON.parse(json) as GivenDomain;
}

function invalid({ name }: NamedFile, fault: string): ServiceError {
  const metadata = { file: name, line: "", field: "label" };
  return new ServiceError("invalid", "RECORD_INVALID", `${name} ${fault}`, metadata);
}
