import { createLifecycle, openTelemetry } from "@climb/runtime";
import { context, TraceFlags, trace } from "@opentelemetry/api";
import { afterAll, beforeAll, expect, it } from "vitest";
import { callContext, named, testService } from "./testing/service.js";

const telemetry = createLifecycle();
beforeAll(() => openTelemetry(telemetry, { service: "test" }));
afterAll(() => telemetry.close());

const within = <T>(traceId: string, work: () => Promise<T>) => {
  const spanContext = { traceId, spanId: "00f067aa0ba902b7", traceFlags: TraceFlags.SAMPLED };
  return context.with(trace.setSpanContext(context.active(), spanContext), work);
};

it("keeps with a resource the trace that its work began in: that of whoever asked for this attempt", async () => {
  const service = await testService();
  const [first, second] = ["4bf92f3577b34da6a3ce929d0e0e4736", "0af7651916cd43dd8448eb211c80319c"];
  const idle = service.replica({ make: async () => named("nobody") });
  const { predictor } = await within(first, () => idle.create({ id: "traced", requestId: "" }, callContext()));
  expect(predictor.status?.traceId).toBe("");
  const stop = service.work({ make: async () => named("made") });
  expect((await service.end("traced")).status?.traceId).toBe(first);
  await idle.calls.deletePredictor({ id: "traced" });
  await within(second, () => idle.create({ id: "traced", requestId: "" }, callContext()));
  expect((await service.end("traced")).status?.traceId).toBe(second);
  await stop();
  await service.close();
});
