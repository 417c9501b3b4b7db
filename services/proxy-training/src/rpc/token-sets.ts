import { type ArtifactStore, readWhole } from "@climb/ports";
import type { Artifact } from "@climb/proto/common/v1/artifact";
import { JobState } from "@climb/proto/common/v1/job";
import { TokenSetFinished } from "@climb/proto/training/v1/training_events";
import {
  type CreateTokenSetRequest,
  TokenManifest,
  TokenSet,
  TokenSpec,
} from "@climb/proto/training/v1/training_service";
import {
  type Checked,
  defineResource,
  fieldFault,
  nameOfState,
  pending,
  type ResourceKind,
  type ResourceStore,
  toArtifact,
} from "@climb/resources";
import { contentId, ServiceError } from "@climb/runtime";
import { VOCABULARY_LIMITS } from "../core/tokenizer/bpe-trainer.js";
import { bytesPerToken } from "../core/tokens.js";
import { cleanDomains } from "../steps/decontaminate.js";
import { readDomains, required, type WorkContext } from "../steps/inputs.js";
import { joinDomains } from "../steps/join-domains.js";
import { partsOf, tokenise } from "../steps/tokenise.js";
import { readVocabulary, tokenizerOf } from "../steps/tokenizer.js";
import { tokenShards } from "../steps/tokens.js";

const DEFAULT_VOCABULARY = 2048;

export type TokenSets = ResourceKind<TokenSet, CreateTokenSetRequest, "TokenSet", "TokenSets">;

/** Token sets: the tokens of every domain of a set. */
export function defineTokenSets(work: WorkContext): TokenSets {
  const { artifacts } = work.platform;
  const kind: TokenSets = defineResource(work.platform, {
    kind: "token-set",
    names: { one: "TokenSet", many: "TokenSets" },
    message: TokenSet,
    concurrency: 1,
    check: ({ spec }: CreateTokenSetRequest) => checkTokenSet(artifacts, spec),
    async make(set, making) {
      const manifest = await readDomains(artifacts, required(set.spec?.domains));
      if (manifest.corpus?.withoutText) {
        throw new ServiceError(
          "invalid",
          "INPUT_EMPTY",
          "the documents of the domains have no text to make tokens of",
          {
            path: set.spec?.domains?.uri ?? "",
          },
        );
      }
      const tokenizer = await tokenizerOf(work, set, manifest, making);
      const tokenised = await tokenise(work, set, manifest, tokenizer, making, shards);
      const clean = await cleanDomains(artifacts, set.id, set.spec as TokenSpec, manifest, tokenised);
      const parts = tokenised.map(({ part }) => part);
      const { artifact, vocabulary, endOfText } = tokenizer;
      const bytes = bytesPerToken(vocabulary);
      const domains = await joinDomains(work, set, clean.manifest, parts, bytes, making, shards);
      const { decontamination } = clean;
      const told = {
        tokenSetId: set.id,
        tokenizer: artifact,
        vocabulary,
        endOfText,
        domains,
        bytesPerToken: bytes,
        decontamination,
      };
      const json = TokenManifest.toJSON(told);
      const path = `training/token-sets/${set.id}/manifest.json`;
      const stored = toArtifact(await artifacts.put(path, Buffer.from(JSON.stringify(json), "utf8")));
      return (before) => ({ ...before, manifest: stored, domains, decontamination });
    },
    async tidy({ id }) {
      // The shards' tokens stand in the domains' now.
      for await (const { path } of artifacts.list(partsOf(id))) await artifacts.remove(path);
    },
    event: (tokenSetId, state) => ({
      subject: "training.token_set_finished",
      payload: TokenSetFinished.encode({ tokenSetId, state }).finish(),
    }),
  });
  const shards = kind.shards(tokenShards(work));
  return kind;
}

async function checkTokenSet(artifacts: ArtifactStore, given: TokenSpec | undefined): Promise<Checked<TokenSet>> {
  const spec = TokenSpec.fromPartial({ ...given, vocabulary: given?.vocabulary || DEFAULT_VOCABULARY });
  const { smallest, largest } = VOCABULARY_LIMITS;
  if (!spec.tokenizer && (spec.vocabulary < smallest || spec.vocabulary > largest)) {
    return { faults: [fieldFault("spec.vocabulary", spec.vocabulary, `${smallest} to ${largest}`)] };
  }
  const domains = required(spec.domains);
  await artifacts.localPath(domains);
  for (const { items } of spec.decontaminate) await artifacts.localPath(required(items));
  if (spec.tokenizer) {
    const json = (await readWhole(artifacts, spec.tokenizer)).toString("utf8");
    readVocabulary(json, spec.tokenizer.uri, spec.endOfText);
  }
  const id = tokenSetId(spec, domains);
  return { faults: [], wanted: TokenSet.fromPartial({ id, spec, status: pending(new Date()) }) };
}

/** A set is named by its domains, its tokenizer (one that is given, or how one is learnt) and the targets that are left out. */
function tokenSetId(spec: TokenSpec, domains: Artifact): string {
  const { tokenizer, endOfText, vocabulary, sampleBytes, seed, decontaminate } = spec;
  const options = tokenizer ? [tokenizer.sha256, endOfText] : ["", vocabulary, Number(sampleBytes), seed];
  const targets = decontaminate.map(({ name, items }) => `${name}:${items?.sha256}`);
  return contentId("token-set", domains.sha256, ...options, ...targets);
}

/** A token set that is there to be used. @throws ServiceError notFound; wrongState STATE_FORBIDS */
export async function finishedTokenSet(store: ResourceStore<TokenSet>, id: string): Promise<TokenSet> {
  const tokenSet = await store.require(id);
  if (tokenSet.status?.state === JobState.JOB_STATE_SUCCEEDED) return tokenSet;
  const state = nameOfState(tokenSet.status);
  const message = `token set ${id} is ${state}, expected SUCCEEDED`;
  throw new ServiceError("wrongState", "STATE_FORBIDS", message, { kind: "token-set", id, state });
}
