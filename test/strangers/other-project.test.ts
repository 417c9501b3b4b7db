import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { create, createFileRegistry, type DescField, type DescMessage, fromBinary, toBinary } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { fileDescriptorSet } from "@climb/proto/descriptors";
import { SearchServiceDefinition, type Search } from "@climb/proto/search/v1/search_service";
import { StoreServiceDefinition } from "@climb/proto/store/v1/store_service";
import { TrainingServiceDefinition } from "@climb/proto/training/v1/training_service";
import { temporaryDirectory, type TemporaryDirectory, writeSmallSearch } from "@climb/testkit";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readSearchFile } from "../../cli/src/search-file.js";
import { type Suite, startSuite } from "../../cli/src/suite.js";
import { type Call, caller, everyCall, type Stranger } from "./calls.js";

it("x", async () => {
  const folder = await temporaryDirectory();
  const spec = readSearchFile(writeSmallSearch(join(folder.path, "input"), 2_000));
  const tokens = join(folder.path, "tokens.txt");
  const sha = (t: string) => createHash("sha256").update(t).digest("hex");
  writeFileSync(tokens, ["sea", "kitchen"].map((p) => `${sha(`of-${p}`)} someone-of-${p} ${p} admin\n`).join(""));
  const suite = await startSuite({ dataDir: join(folder.path, "data"), port: 0, logLevel: "warn", env: { CLIMB_AUTH_TOKENS: tokens } });
  const a = caller(suite.address, "of-sea");
  const b = caller(suite.address, "of-kitchen");
  const t0 = Date.now();
  const { search } = await a.client(SearchServiceDefinition).createSearch({ requestId: "", spec });
  let last: Search | undefined;
  for await (const m of a.client(SearchServiceDefinition).watchSearch({ id: search?.id ?? "", afterSequence: 0n })) last = m.search;
  console.log(Date.now() - t0, JSON.stringify(last, (_, v) => (typeof v === "bigint" ? String(v) : v)).slice(0, 3000));
  for (const call of everyCall().filter(({ name }) => name.startsWith("List"))) {
    console.log(call.name, JSON.stringify(await a.ask(call), (_, v) => (typeof v === "bigint" ? String(v) : v)).slice(0, 150), JSON.stringify(await b.ask(call)));
  }
  await suite.close();
}, 300_000);
