import { keptJson } from "@climb/ports";
import { askEndpoint, badAnswer, RETRIES, ServiceError } from "@climb/runtime";
import { z } from "zod";
import type { FoundDomain } from "../core/domains.js";
import { type Described, titlesIn, titlesQuestion } from "../core/naming/chat.js";
import { distinct } from "../core/naming/titles.js";
import type { StageContext } from "./context.js";

/** Domains with the labels that a model gave them, or why they have their own. */
export interface NamedDomains {
  domains: readonly FoundDomain[];
  failure: string;
}

/** So many domains are described in one question. */
const DOMAINS_A_QUESTION = 40;
/** Whoever waits for domains is not to wait for their names alone. */
const retries = { ...RETRIES, attempts: 3 };

const answerSchema = z.looseObject({
  choices: z.array(z.looseObject({ message: z.looseObject({ content: z.string() }) })).min(1),
});

/**
 * Asks the model of the plan for the labels of domains that were found, once: the answer is stored with the set, so that the
 * set has the same labels whenever it is made. Whatever the model lacks, there are domains in the end.
 */
export async function namedByModel(
  stage: StageContext,
  id: string,
  domains: readonly FoundDomain[],
): Promise<NamedDomains> {
  const { plan, platform, signal, report } = stage;
  if (!plan.namer) return { domains, failure: "" };
  report("names", 0, 1, "sets");
  try {
    const path = `clustering/${id}/names.json`;
    const { value: labels } = await keptJson(platform.artifacts, path, () => askForAll(stage, domains));
    return { domains: domains.map((domain, i) => ({ ...domain, label: labels[i] ?? domain.label })), failure: "" };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ServiceError)) throw error;
    return { domains, failure: error.message };
  }
}

async function askForAll(stage: StageContext, domains: readonly FoundDomain[]): Promise<string[]> {
  const labels: string[] = [];
  for (let from = 0; from < domains.length; from += DOMAINS_A_QUESTION) {
    labels.push(...(await askForSome(stage, domains.slice(from, from + DOMAINS_A_QUESTION))));
  }
  return distinct(labels);
}

async function askForSome({ plan, remotes, signal }: StageContext, domains: readonly FoundDomain[]): Promise<string[]> {
  const { address = "", model = "", apiKey = "", sendExamples = false } = plan.namer ?? {};
  const url = `${address.replace(/\/+$/, "")}/v1/chat/completions`;
  const described = domains.map(
    ({ id, label, terms, examples }): Described => ({
      id,
      label,
      terms,
      examples: sendExamples ? examples.map(({ snippet }) => snippet) : [],
    }),
  );
  const ids = domains.map((domain) => domain.id);
  const read = (json: unknown): string[] => {
    const answer = answerSchema.safeParse(json);
    if (!answer.success)
      throw badAnswer(url, `answered in another form: ${z.prettifyError(answer.error).split("\n")[0]}`);
    try {
      return [...titlesIn(answer.data.choices[0]?.message.content ?? "", ids).values()];
    } catch (error) {
      throw badAnswer(url, `answered with ${(error as Error).message}`);
    }
  };
  const body = { model, messages: titlesQuestion(described), temperature: 0 };
  return askEndpoint({ url, policy: remotes, apiKey }, body, read, retries, () => signal.throwIfAborted());
}
