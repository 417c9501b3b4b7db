import { readdirSync } from "node:fs";
import { DomainManifest, FastTextScorer } from "@climb/proto/clustering/v1/clustering_service";
import { Artifact } from "@climb/proto/common/v1/artifact";
import { JobState, JobStatus } from "@climb/proto/common/v1/job";
import { EmbeddingSpec } from "@climb/proto/embedding/v1/embedding_service";
import { describe, expect, it } from "vitest";
import { messageFns } from "./message.js";

const hex = (message: { finish(): Uint8Array }) => Buffer.from(message.finish()).toString("hex");

describe("messages of the contracts", () => {
  // By hand, from protobuf.dev/programming-guides/encoding: tag, then a varint or a length and its bytes.
  it("have protobuf's bytes, in which defaults take no room", () => {
    expect(hex(Artifact.encode({ uri: "a", sha256: "", sizeBytes: 150n }))).toBe("0a0161189601");
    expect(hex(Artifact.encode(Artifact.create()))).toBe("");
    expect(() => JobStatus.decode(Uint8Array.of(0x08))).toThrow();
  });

  it("get their defaults where nothing was given, undefined where there may be nothing", () => {
    expect(Artifact.fromPartial({ sizeBytes: 7 })).toStrictEqual({ uri: "", sha256: "", sizeBytes: 7n });
    expect(JobStatus.create()).toMatchObject({ state: JobState.JOB_STATE_UNSPECIFIED, createTime: undefined });
    expect(EmbeddingSpec.create().model).toBeUndefined();
  });

  it("hold a time as a Date and a choice as its name and value, there and back", () => {
    const status = JobStatus.fromPartial({ state: JobState.JOB_STATE_RUNNING, createTime: new Date(1_500) });
    expect(JobStatus.decode(JobStatus.encode(status).finish())).toStrictEqual(status);
    const spec = EmbeddingSpec.fromPartial({ model: { kind: { $case: "lexical", value: {} } } });
    expect(spec.model?.kind?.$case).toBe("lexical");
    expect(EmbeddingSpec.decode(EmbeddingSpec.encode(spec).finish())).toStrictEqual(spec);
  });

  it("refuse a choice that the contract does not have", () => {
    const kind = { $case: "psychic", value: {} } as never;
    expect(() => EmbeddingSpec.fromPartial({ model: { kind } })).toThrow("has no psychic");
  });

  it("are copies: lists and maps are not shared with what they were made from", () => {
    const [lists, map] = [["x"], { a: 1 }];
    DomainManifest.fromPartial({ domains: [{ terms: lists }] }).domains[0]?.terms.push("y");
    FastTextScorer.fromPartial({ labelValues: map }).labelValues.a = 2;
    expect([lists, map]).toEqual([["x"], { a: 1 }]);
  });

  it("are written as protobuf's JSON and read from it, with fields of a later version passed over", () => {
    const status = JobStatus.fromPartial({ state: JobState.JOB_STATE_FAILED, endTime: new Date(1_500) });
    expect(JobStatus.toJSON(status)).toEqual({ state: "JOB_STATE_FAILED", endTime: "1970-01-01T00:00:01.500Z" });
    expect(JobStatus.fromJSON({ state: "JOB_STATE_FAILED", end_time: "1970-01-01T00:00:01.5Z", later: 1 })).toEqual(
      status,
    );
    expect(Artifact.toJSON(Artifact.fromPartial({ sizeBytes: 2n ** 60n }))).toEqual({
      sizeBytes: "1152921504606846976",
    });
    expect(() => Artifact.fromJSON({ uri: 5 })).toThrow("uri");
  });

  it("can be read again whatever text was put in: half a surrogate pair becomes U+FFFD", () => {
    const cut = DomainManifest.fromPartial({ domains: [{ terms: ["a\ud83d"], scores: { "\ud83d": 1 } }] });
    const read = DomainManifest.fromJSON(JSON.parse(JSON.stringify(DomainManifest.toJSON(cut))));
    expect(read.domains[0]).toMatchObject({ terms: ["a\ufffd"], scores: { "\ufffd": 1 } });
    expect(DomainManifest.decode(DomainManifest.encode(cut).finish())).toStrictEqual(read);
  });

  it("that no contract describes are refused", () => {
    expect(() => messageFns("climb.common.v1.Rumour")).toThrow("the contracts have no message climb.common.v1.Rumour");
  });

  it("all have their functions: every generated file can be loaded", async () => {
    const root = new URL("../dist/gen/climb/", import.meta.url);
    const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".js"));
    expect(files.length).toBeGreaterThan(10);
    await Promise.all(files.map((name) => import(new URL(name, root).href)));
  });
});
