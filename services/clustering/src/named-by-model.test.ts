import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { directory, type Suite, start, store, topics, untilFinal } from "./testing/suite.js";

interface Asked {
  model: string;
  temperature: number;
  messages: { role: string; content: string }[];
}

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
  vi.unstubAllEnvs();
});

/** A language model that answers each question as it is told to. */
async function languageModel(answer: (asked: Asked) => string | number) {
  const asked: (Asked & { url: string | undefined; key: string | undefined })[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const question = JSON.parse(Buffer.concat(chunks).toString("utf8")) as Asked;
    asked.push({ ...question, url: request.url, key: request.headers.authorization });
    const said = answer(question);
    if (typeof said === "number") return response.writeHead(said).end("no");
    response.end(JSON.stringify({ choices: [{ message: { role: "assistant", content: said } }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => server.close());
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const groupsIn = ({ messages }: Asked) =>
  JSON.parse(messages.at(-1)?.content ?? "") as { id: string; draft: string; terms: string[]; examples?: string[] }[];

async function found(suite: Suite, namer: object | undefined) {
  const spec = await store(
    suite,
    namer && { namer: { model: "m", apiKey: "", sendExamples: false, ...namer } as never },
  );
  const { domainSet } = await suite.client.createDomainSet({ requestId: "", spec });
  return untilFinal(suite, domainSet?.id ?? "");
}

const labels = ({ domains }: { domains: readonly { label: string }[] }) => domains.map(({ label }) => label);

describe("labels by a language model", () => {
  it("are asked for once, by the terms alone, and are the set's from then on", async () => {
    const { address, asked } = await languageModel((question) => {
      const titles = groupsIn(question).map(({ id }, i) => [id, i < 2 ? "Of the sea\nand ships" : "Kitchen"]);
      return `Here you are:\n\`\`\`json\n${JSON.stringify(Object.fromEntries(titles))}\n\`\`\``;
    });
    const dataDir = await directory();
    const suite = await start(dataDir);
    const set = await found(suite, { address: `${address}/` });
    expect(set.namingFailure).toBe("");
    expect(labels(set)).toEqual(["Of the sea and ships", "Of the sea and ships (2)", "Kitchen"]);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ url: "/v1/chat/completions", model: "m", temperature: 0, key: undefined });
    const words = Object.values(topics).flat();
    for (const { terms, examples, draft } of groupsIn(asked[0] as Asked)) {
      expect(words).toEqual(expect.arrayContaining(terms));
      expect(draft).not.toBe("");
      expect(examples).toBeUndefined();
    }
    expect((await found(suite, { address: `${address}/` })).domains).toEqual(set.domains);
    expect(asked).toHaveLength(1);

    const own = await found(suite, undefined);
    expect(own.id).not.toBe(set.id);
    expect(own.domains.map(({ terms }) => terms)).toEqual(set.domains.map(({ terms }) => terms));
  });

  it("are asked for with beginnings of documents and with the operator's key only where the caller says so", async () => {
    vi.stubEnv("CLIMB_EMBEDDER_KEY_NAMES", "sk-a-secret");
    const { address, asked } = await languageModel((question) =>
      JSON.stringify(Object.fromEntries(groupsIn(question).map(({ id }) => [id, `All of ${id}`]))),
    );
    const suite = await start(await directory());
    const set = await found(suite, { address, apiKey: "names", sendExamples: true });
    expect(labels(set)).toEqual(["All of d00", "All of d01", "All of d02"]);
    expect(asked[0]?.key).toBe("Bearer sk-a-secret");
    for (const { examples } of groupsIn(asked[0] as Asked)) {
      expect(examples).toHaveLength(3);
      for (const example of examples ?? []) expect(example.length).toBeLessThanOrEqual(200);
    }
  });

  it.each<[string, string | number, RegExp]>([
    ["fails", 500, /status 500 \(no\), the last of 3 attempts/],
    ["does not know the model", 404, /status 404/],
    ["answers prose", "I would rather not.", /no JSON object in its answer/],
    ["forgets a domain", '{"d00": "Kitchen"}', /no title for d01/],
  ])("are those of the terms where the model %s, and the set says why", async (_, answer, reason) => {
    const { address } = await languageModel(() => answer);
    const suite = await start(await directory());
    const set = await found(suite, { address });
    expect(set.status?.failure).toBeUndefined();
    expect(set.namingFailure).toMatch(reason);
    expect(labels(set)).toEqual(labels(await found(suite, undefined)));
  });
});
