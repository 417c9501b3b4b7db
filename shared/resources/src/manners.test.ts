import { ResourceMetadata } from "@climb/proto/common/v1/resource";
import { inScope } from "@climb/runtime";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { removeExpired } from "./expiry.js";
import { callContext, named, testService } from "./testing/service.js";

let service: Awaited<ReturnType<typeof testService>>;
let things: ReturnType<typeof service.replica>;
beforeEach(async () => {
  service = await testService();
  things = service.replica({ make: async () => named("made") });
});
afterEach(() => service.close());

const said = (metadata: Parameters<typeof ResourceMetadata.fromPartial>[0]) => ResourceMetadata.fromPartial(metadata);
const create = (id: string, metadata?: ResourceMetadata) =>
  things.create({ id, requestId: "", metadata }, callContext()).then(({ predictor }) => predictor);
const page = { pageSize: 50, pageToken: "" };
const idsOf = ({ predictors }: { predictors: { id: string }[] }) => predictors.map(({ id }) => id);

describe("what people say about a resource", () => {
  it("is stored with it, narrows lists, and is no part of what it is", async () => {
    await create("a", said({ displayName: "The first", labels: { team: "search", stage: "trial" } }));
    await create("b", said({ labels: { team: "search" } }));
    await create("c");
    const labelled = (labels: Record<string, string>) => things.calls.listPredictors({ ...page, filter: { labels } });
    expect(idsOf(await labelled({ team: "search" }))).toEqual(["b", "a"]);
    expect(idsOf(await labelled({ team: "search", stage: "trial" }))).toEqual(["a"]);
    expect(idsOf(await labelled({ team: "other" }))).toEqual([]);
    const again = await create("a", said({ displayName: "Another name", labels: { stage: "done" } }));
    expect(again.metadata).toMatchObject({ displayName: "The first", labels: { team: "search", stage: "done" } });
  });

  it("never meets the labels that the suite itself finds things by", async () => {
    await create("a", said({ labels: { expires: "yes", trainer: "mine" } }));
    const own = await things.store.list({ ...page, filter: { labels: { trainer: "mine" } } });
    expect(own.items).toEqual([]);
  });

  it("is changed field by field, and stays when the resource is worked on and begun again", async () => {
    await create("a", said({ displayName: "Old", labels: { team: "x" } }));
    const { predictor } = await things.calls.updatePredictor({
      id: "a",
      metadata: said({ displayName: "New", labels: { ignored: "yes" } }),
      updateMask: ["display_name"],
    });
    expect(predictor.metadata).toMatchObject({ displayName: "New", labels: { team: "x" } });
    const stop = service.work({ make: async () => named("made") });
    const ended = await service.end("a");
    await stop();
    expect(ended).toMatchObject({ warnings: ["made"], metadata: { displayName: "New", labels: { team: "x" } } });
    const { predictor: emptied } = await things.calls.updatePredictor({
      id: "a",
      metadata: said({}),
      updateMask: ["labels", "display_name"],
    });
    expect(emptied.metadata).toMatchObject({ displayName: "", labels: {} });
  });

  it("says whose it is, whatever the request says", async () => {
    const caller = { name: "ada", peer: "test" };
    const made = await inScope({ project: "red", caller }, () => create("a", said({ owner: "blue", creator: "bob" })));
    expect(made.metadata).toMatchObject({ owner: "red", creator: "ada" });
    const of = (owner: string) => things.calls.listPredictors({ ...page, filter: { owner } });
    expect(idsOf(await of("red"))).toEqual(["a"]);
    expect(idsOf(await of("blue"))).toEqual([]);
    expect(idsOf(await inScope({ project: "blue" }, () => of("red")))).toEqual([]);
  });

  it("is refused where a mask names what nobody may change", async () => {
    await create("a");
    const update = things.calls.updatePredictor({ id: "a", metadata: said({}), updateMask: ["labels", "owner"] });
    await expect(update).rejects.toMatchObject({
      reason: "FIELD_INVALID",
      metadata: { field: "update_mask.paths[1]" },
    });
  });
});

describe("what expires", () => {
  it("goes once it has ended and nobody needs it, and stays for who asks without an end", async () => {
    for (const id of ["gone", "kept", "later"]) await create(id, said({ ttlSeconds: id === "later" ? 3600 : 1 }));
    await create("kept");
    await create("at-work", said({ expireTime: new Date(0) }));
    for (const id of ["gone", "kept", "later"]) await things.calls.cancelPredictor({ id });
    const stop = new AbortController();
    const later = () => new Date(Date.now() + 60_000);
    const platform = { ...service.platform, signal: stop.signal };
    const remove = async (id: string) => void (await things.calls.deletePredictor({ id }));
    const sweeping = removeExpired(platform, things.store, remove, later, 5);
    await expect.poll(async () => (await things.store.get("gone")) === undefined).toBe(true);
    stop.abort();
    await sweeping;
    expect(idsOf(await things.calls.listPredictors(page)).sort()).toEqual(["at-work", "kept", "later"]);
  });
});

describe("lists", () => {
  it("come in either order, and their tokens go with the filter and order they were given for", async () => {
    for (const id of ["a", "b", "c"]) await create(id);
    const asc = { pageSize: 2, pageToken: "", orderBy: "create_time asc" };
    const first = await things.calls.listPredictors(asc);
    expect(idsOf(first)).toEqual(["a", "b"]);
    const token = first.nextPageToken;
    expect(idsOf(await things.calls.listPredictors({ ...asc, pageToken: token }))).toEqual(["c"]);
    expect(idsOf(await things.calls.listPredictors({ ...page, orderBy: "create_time desc" }))).toEqual(["c", "b", "a"]);
    for (const bad of [
      { ...asc, orderBy: "", pageToken: token },
      { ...asc, filter: { labels: { team: "x" } }, pageToken: token },
      { ...asc, pageToken: "nonsense" },
      { ...asc, pageToken: `${token.split(".")[0]}.nonsense` },
    ]) {
      await expect(things.calls.listPredictors(bad)).rejects.toMatchObject({
        kind: "invalid",
        reason: "FIELD_INVALID",
        metadata: { field: "page_token" },
      });
    }
  });
});

describe("a read mask", () => {
  it("leaves the fields that it names, in Get, List and Watch, also within messages", async () => {
    await create("a", said({ displayName: "The first", labels: { team: "x" } }));
    const readMask = ["id", "metadata.display_name"];
    const left = { id: "a", metadata: { displayName: "The first" } };
    expect((await things.calls.getPredictor({ id: "a", readMask })).predictor).toEqual(left);
    expect((await things.calls.listPredictors({ ...page, readMask })).predictors).toEqual([left]);
    for await (const { predictor } of things.calls.watchPredictor(
      { id: "a", afterSequence: 0n, readMask },
      callContext(),
    )) {
      expect(predictor).toEqual(left);
      break;
    }
    const whole = (await things.calls.getPredictor({ id: "a", readMask: [] })).predictor;
    expect(whole.spec).toEqual((await things.calls.getPredictor({ id: "a" })).predictor.spec);
  });

  it("is refused where a path leads nowhere or into a list", async () => {
    await create("a");
    for (const path of ["", "Id", "status.", "fits.task", "constructor", "status.state.x"]) {
      await expect(things.calls.getPredictor({ id: "a", readMask: ["id", path] })).rejects.toMatchObject({
        reason: "FIELD_INVALID",
        metadata: { field: "read_mask.paths[1]" },
      });
    }
  });
});
