import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { create, createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { TrainingServiceDefinition } from "@climb/proto/training/v1/training_service";
import { credentials, makeGenericClientConstructor, type ServiceDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { service as healthService } from "grpc-health-check";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { EchoDefinition } from "./fixtures.js";
import { whyUnwell } from "./health.js";
import { implement } from "./implement.js";
import { serveRpc } from "./server.js";

const logger = pino({ level: "silent" });

it("answers health checks for the server and for each service, and for no other name", async () => {
  const server = await serveRpc({
    drainMs: 100,
    address: "127.0.0.1:0",
    services: [implement(EchoDefinition, {})],
    logger,
  });
  const Health = makeGenericClientConstructor(healthService as ServiceDefinition, "Health");
  const health = new Health(`127.0.0.1:${server.port}`, credentials.createInsecure());
  const check = (service: string) =>
    new Promise<string>((resolve) => {
      health.check?.({ service }, (error: { code: number } | null, answer: { status: string }) =>
        resolve(error ? `code ${error.code}` : answer.status),
      );
    });
  expect(await Promise.all([check(""), check("test.v1.EchoService"), check("test.v1.NoService")])).toEqual([
    "SERVING",
    "SERVING",
    "code 5",
  ]);
  const changes: string[] = [];
  const watch = health.watch?.({ service: "test.v1.EchoService" }) as NodeJS.EventEmitter;
  watch.on("error", () => {});
  watch.on("data", ({ status }: { status: string }) => changes.push(status));
  await new Promise((resolve) => watch.once("data", resolve));
  await server.close();
  health.close();
  expect(changes).toEqual(["SERVING", "NOT_SERVING"]);
});

it("is found well or not by whoever asks for a service by its name", async () => {
  const services = [implement(EchoDefinition, {})];
  const server = await serveRpc({ drainMs: 100, address: "127.0.0.1:0", services, logger });
  const address = `127.0.0.1:${server.port}`;
  expect(await whyUnwell(address, "test.v1.EchoService")).toBeUndefined();
  expect(await whyUnwell(address, "test.v1.NoService")).toMatch(/NOT_FOUND/);
  server.setServing(false);
  expect(await whyUnwell(address, "test.v1.EchoService")).toBe("NOT_SERVING");
  await server.close();
  expect(await whyUnwell(address, "test.v1.EchoService")).toMatch(/UNAVAILABLE/);
});

describe.each(["v1", "v1alpha"])("reflection %s", (version) => {
  it("tells which services it has, and every type of their contracts, so that a client can resolve them", async () => {
    const services = [implement(TrainingServiceDefinition, {})];
    const server = await serveRpc({ address: "127.0.0.1:0", services, logger });
    const root = dirname(createRequire(import.meta.url).resolve("@grpc/reflection/package.json"));
    const file = `build/proto/grpc/reflection/${version}/reflection.proto`;
    const loaded = loadSync(join(root, file), { keepCase: true, defaults: true, oneofs: true });
    const Reflection = makeGenericClientConstructor(
      loaded[`grpc.reflection.${version}.ServerReflection`] as ServiceDefinition,
      "Reflection",
    );
    const client = new Reflection(`127.0.0.1:${server.port}`, credentials.createInsecure());
    const call = client.ServerReflectionInfo?.() as NodeJS.ReadWriteStream & AsyncIterable<ReflectionAnswer>;
    call.write({ list_services: "" } as never);
    for (const symbol of SYMBOLS) call.write({ file_containing_symbol: symbol } as never);
    call.write({ file_by_filename: "buf/validate/validate.proto" } as never);
    call.write({ file_containing_extension: { containing_type: OPTIONS, extension_number: 1159 } } as never);
    call.write({ all_extension_numbers_of_type: OPTIONS } as never);
    call.write({ file_containing_symbol: "climb.common.v1.Rumour" } as never);
    call.end();
    const answers: ReflectionAnswer[] = [];
    for await (const answer of call) answers.push(answer);
    client.close();
    await server.close();

    const names = answers[0]?.list_services_response?.service.map(({ name }) => name);
    expect(names?.sort()).toEqual(["climb.training.v1.TrainingService", "grpc.health.v1.Health"]);
    for (const [i, symbol] of SYMBOLS.entries()) {
      const protos = answers[i + 1]?.file_descriptor_response?.file_descriptor_proto ?? [];
      const files = protos.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
      // Throws on a type or a file that is missing.
      const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: importsFirst(files) }));
      const declared = [...registry].map(({ typeName }) => typeName);
      expect(
        declared.some((name) => symbol === name || symbol.startsWith(`${name}.`) || symbol.includes(".JOB_STATE")),
      ).toBe(true);
      // A client sees the rules, not only the types.
      if (symbol === "climb.training.v1.RunSpec")
        expect(Buffer.concat(protos).includes("^[a-z0-9_-]{0,64}$")).toBe(true);
    }
    const [byName, byExtension, numbers, unknown] = answers.slice(SYMBOLS.length + 1);
    for (const { file_descriptor_response: files } of [byName, byExtension] as ReflectionAnswer[]) {
      const [first] = files?.file_descriptor_proto ?? [];
      expect(fromBinary(FileDescriptorProtoSchema, first as Buffer).name).toBe("buf/validate/validate.proto");
    }
    expect(numbers?.all_extension_numbers_response?.extension_number).toEqual([1159]);
    expect(unknown?.error_response?.error_code).toBe(5);
  });
});

const OPTIONS = "google.protobuf.FieldOptions";
const SYMBOLS = [
  "climb.training.v1.TrainingService.CreateRun",
  "buf.validate.field",
  "climb.common.v1.JOB_STATE_FAILED",
  "climb.training.v1.TrainingService",
  "climb.training.v1.RunSpec",
  "climb.common.v1.JobState",
  "grpc.health.v1.Health",
];

function importsFirst(files: readonly FileDescriptorProto[]): FileDescriptorProto[] {
  const placed = new Set<FileDescriptorProto>();
  const place = (file: FileDescriptorProto | undefined) => {
    if (!file || placed.has(file)) return;
    for (const name of file.dependency) place(files.find((other) => other.name === name));
    placed.add(file);
  };
  for (const file of files) place(file);
  return [...placed];
}

interface ReflectionAnswer {
  list_services_response?: { service: { name: string }[] };
  all_extension_numbers_response?: { extension_number: number[] };
  error_response?: { error_code: number };
  file_descriptor_response?: { file_descriptor_proto: Buffer[] };
}
