import { linesOf, readTextLines } from "@climb/corpus";
import { ClusteringServiceDefinition } from "@climb/proto/clustering/v1/clustering_service";
import { whyUnreadable } from "@climb/runtime";
import type { Command } from "commander";
import { CommandError } from "../errors.js";
import { type GlobalOptions, type Session, withSession } from "../session.js";

/** Texts in one request. */
const BATCH = 64;

interface Line {
  id: string;
  text: string;
}

/** `climb domains assign`: the domains of new documents. */
export function addDomainsAssign(domains: Command): void {
  domains
    .command("assign")
    .argument("<DOMAIN_SET>", "the id of a finished set")
    .argument("[FILE]", "JSON lines with a text and, if you like, an id; default: standard input")
    .description("Find the domain of new documents: one JSON line {id, domain, label, distance} for each.")
    .action(async (domainSetId: string, file: string | undefined, _: unknown, command: Command) => {
      await withSession(command.optsWithGlobals<GlobalOptions>(), (session) => assign(session, domainSetId, file));
    });
}

async function assign({ connect, signal }: Session, domainSetId: string, file: string | undefined): Promise<void> {
  const client = connect(ClusteringServiceDefinition);
  const { domainSet } = await client.getDomainSet({ id: domainSetId }, { signal });
  const labels = new Map(domainSet?.domains.map(({ id, label }) => [id, label]));
  // What was sent and not yet answered, in order.
  const waiting: Line[][] = [];
  const requests = (async function* () {
    for await (const batch of batchesOf(file)) {
      waiting.push(batch);
      const texts = batch.map(({ text }) => text);
      yield { request: { domainSetId, texts, vectors: Buffer.alloc(0) } };
    }
  })();
  for await (const { response } of client.assignStream(requests, { signal })) {
    waiting.shift()?.forEach(({ id }, i) => {
      const domain = response?.domainIds[i] || null;
      const distance = Math.sqrt(response?.squaredDistances[i] ?? 0);
      const line = { id, domain, label: domain && labels.get(domain), distance: Number(distance.toFixed(4)) };
      process.stdout.write(`${JSON.stringify(line)}\n`);
    });
  }
}

async function* batchesOf(file: string | undefined): AsyncGenerator<Line[]> {
  const name = file ?? "standard input";
  const lines = file === undefined ? linesOf(process.stdin) : linesOfFile(file);
  let batch: Line[] = [];
  let line = 0;
  for await (const json of lines) {
    line++;
    if (json.trim() === "") continue;
    batch.push(parse(json, name, line));
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function* linesOfFile(file: string): AsyncGenerator<string> {
  try {
    yield* readTextLines(file);
  } catch (error) {
    throw new CommandError(`${file}: ${whyUnreadable(error)}`);
  }
}

function parse(json: string, name: string, line: number): Line {
  let record: unknown;
  try {
    record = JSON.parse(json);
  } catch {
    throw new CommandError(`${name}:${line} is not JSON; expected {"id": …, "text": …}`);
  }
  const { id, text } = (record ?? {}) as { id?: unknown; text?: unknown };
  if (typeof text !== "string") throw new CommandError(`${name}:${line} has no text; expected {"id": …, "text": …}`);
  return { id: typeof id === "string" ? id : `${name}:${line}`, text };
}
