import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { TrainingServiceDefinition } from "@climb/proto/training/v1/training_service";
import { credentials, makeGenericClientConstructor, type ServiceDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { service as healthService } from "grpc-health-check";
import { pino } from "pino";
import { expect, it } from "vitest";
import { EchoDefinition } from "./fixtures.js";
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

it("tells which services it has, and their contracts", async () => {
  const server = await serveRpc({
    address: "127.0.0.1:0",
    services: [implement(TrainingServiceDefinition, {})],
    logger,
  });
  const root = dirname(createRequire(import.meta.url).resolve("@grpc/reflection/package.json"));
  const loaded = loadSync(join(root, "build/proto/grpc/reflection/v1/reflection.proto"), {
    keepCase: true,
    defaults: true,
    oneofs: true,
  });
  const Reflection = makeGenericClientConstructor(
    loaded["grpc.reflection.v1.ServerReflection"] as ServiceDefinition,
    "Reflection",
  );
  const client = new Reflection(`127.0.0.1:${server.port}`, credentials.createInsecure());
  const call = client.ServerReflectionInfo?.() as NodeJS.ReadWriteStream & AsyncIterable<Record<string, never>>;
  call.write({ list_services: "" } as never);
  call.write({ file_containing_symbol: "climb.training.v1.TrainingService" } as never);
  call.end();
  const answers: Record<string, never>[] = [];
  for await (const answer of call) answers.push(answer);
  expect(answers[0]).toMatchObject({
    list_services_response: { service: [{ name: "climb.training.v1.TrainingService" }] },
  });
  expect(answers[1]).toMatchObject({ file_descriptor_response: { file_descriptor_proto: expect.any(Array) } });
  client.close();
  await server.close();
});
