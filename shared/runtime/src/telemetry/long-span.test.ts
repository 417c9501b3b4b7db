import { setTimeout as sleep } from "node:timers/promises";
import { context, SpanStatusCode, TraceFlags, trace } from "@opentelemetry/api";
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from "@opentelemetry/core";
import { InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { afterEach, beforeAll, expect, it } from "vitest";
import { inScope } from "../auth/scope.js";
import { deliveryContext, idGenerator, idsOfDelivery } from "./chosen-ids.js";
import { contextFromHeaders, forSearch, searchOf, traceHeaders } from "./context.js";
import { keepErrorsAndLong, ratioSampler } from "./keep.js";
import { setSpanLimit, withLongSpan } from "./long-span.js";
import { recordSpan, withSpan } from "./span.js";

const exporter = new InMemorySpanExporter();
let ratio = 1;
beforeAll(() => {
  new NodeTracerProvider({
    sampler: {
      shouldSample: (...given) => ratioSampler(ratio).shouldSample(...given),
      toString: () => "",
    },
    idGenerator,
    spanProcessors: [keepErrorsAndLong(new SimpleSpanProcessor(exporter))],
  }).register({
    propagator: new CompositePropagator({
      propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
    }),
  });
});
afterEach(() => {
  exporter.reset();
  setSpanLimit(3_600_000);
  ratio = 1;
});
const sent = () => exporter.getFinishedSpans();
const names = () => sent().map(({ name }) => name);

it("what a long span begins hangs on its mark, which is sent before the work is done", async () => {
  let early: string[] = [];
  await withLongSpan("work", { mark: true, attributes: { "climb.job.id": "j" } }, async (span) => {
    early = names();
    await withSpan("child", {}, async () => {});
    span.addEvent("checkpoint");
  });
  expect(early).toEqual(["work begins"]);
  const [mark, child, part] = sent();
  for (const below of [child, part]) expect(below?.parentSpanContext?.spanId).toBe(mark?.spanContext().spanId);
  expect(part).toMatchObject({ name: "work", attributes: { "climb.job.id": "j" } });
  expect(part?.events.map(({ name }) => name)).toEqual(["checkpoint"]);
});

it("work that outlasts the limit goes on in a trace of its own, linked in both directions, and so does what it begins", async () => {
  setSpanLimit(30);
  await withLongSpan("work", { mark: true, ownTrace: true }, async (span) => {
    span.addEvent("early");
    await sleep(45);
    span.addEvent("late");
    await withSpan("child", {}, async () => {});
  });
  const [begins, goesOn, first, child, second] = sent();
  expect(names()).toEqual(["work begins", "work goes on", "work", "child", "work"]);
  const traces = [begins, goesOn].map((span) => span?.spanContext().traceId);
  expect(traces[0]).not.toBe(traces[1]);
  expect([first, child, second].map((span) => span?.spanContext().traceId)).toEqual([traces[0], traces[1], traces[1]]);
  expect(goesOn?.parentSpanContext).toBeUndefined();
  expect(goesOn?.links.map((link) => link.context.spanId)).toEqual([begins?.spanContext().spanId]);
  expect(first?.links.map((link) => link.context.spanId)).toEqual([goesOn?.spanContext().spanId]);
  expect(second?.attributes["climb.span.part"]).toBe(2);
  expect([first, second].map((span) => span?.events.map(({ name }) => name))).toEqual([["early"], ["late"]]);
});

it("a span within work that moved to another trace goes on there too", async () => {
  setSpanLimit(30);
  await withLongSpan("job", { mark: true, ownTrace: true }, async () => {
    await sleep(5);
    await withLongSpan("train", {}, () => sleep(45));
  });
  const trains = sent().filter(({ name }) => name === "train");
  const goesOn = sent().find(({ name }) => name === "job goes on");
  expect(trains).toHaveLength(2);
  expect(trains[1]?.spanContext().traceId).toBe(goesOn?.spanContext().traceId);
  expect(trains[0]?.spanContext().traceId).not.toBe(goesOn?.spanContext().traceId);
});

it("whoever takes a job over can tell the span of the attempt before, and of no other job or time it was queued", async () => {
  const queued = async () => {
    let headers: Record<string, string> = {};
    await withSpan("queue", {}, async () => {
      headers = traceHeaders();
    });
    return contextFromHeaders(headers);
  };
  const caller = await queued();
  const ids = idsOfDelivery("run", "r1", 1, caller);
  await context.with(caller, () => withLongSpan("job run", { mark: true, ids }, async () => {}));
  const mark = sent().find(({ name }) => name === "job run begins");
  expect(deliveryContext("run", "r1", 1, caller)).toMatchObject({
    traceId: mark?.spanContext().traceId,
    spanId: mark?.spanContext().spanId,
  });
  const others = [
    idsOfDelivery("run", "r1", 2, caller),
    idsOfDelivery("run", "r2", 1, caller),
    idsOfDelivery("search", "r1", 1, caller),
    idsOfDelivery("run", "r1", 1, await queued()),
  ];
  expect(new Set([ids, ...others].map(({ spanId }) => spanId)).size).toBe(5);
});

it("a search's id travels with the trace and is on every span, with the project; what else a stranger sends is not", async () => {
  await inScope({ project: "red" }, () =>
    forSearch("s1", () =>
      withSpan("near", {}, async () => {
        const headers = traceHeaders();
        expect(headers.baggage).toBe("climb.search.id=s1");
        await context.with(contextFromHeaders(headers), () => withSpan("far", {}, async () => {}));
      }),
    ),
  );
  for (const { attributes } of sent()) {
    expect(attributes).toEqual({ "climb.search.id": "s1", "climb.project.id": "red" });
  }
  expect(sent()).toHaveLength(2);
  const carried = contextFromHeaders({ baggage: `secret=1,climb.search.id=${"x".repeat(100)}` });
  expect(searchOf(carried)).toBeUndefined();
  expect(context.with(carried, traceHeaders)).toEqual({});
});

it("of traces that are not sampled those with an error or a long span are sent whole, marked as sampled", async () => {
  ratio = 0;
  await withSpan("dull", {}, () => withSpan("dull child", {}, async () => {}));
  const failing = withSpan("failing", {}, async () => {
    await withSpan("before", {}, async () => {});
    await withSpan("cause", {}, async () => {
      throw new Error("broken");
    });
  });
  await expect(failing).rejects.toThrow("broken");
  await withSpan("with a long one", {}, async () => {
    recordSpan("a minute", { startMs: Date.now() - 60_000, endMs: Date.now() }, {});
  });
  expect(names()).toEqual(["before", "cause", "failing", "a minute", "with a long one"]);
  expect(sent()[1]?.status.code).toBe(SpanStatusCode.ERROR);
  for (const span of sent()) expect(span.spanContext().traceFlags).toBe(TraceFlags.SAMPLED);
});

it("a process samples as its caller did, whatever its own share", async () => {
  const sampled = contextFromHeaders({ traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" });
  const not = contextFromHeaders({ traceparent: "00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00" });
  ratio = 0;
  await context.with(sampled, () => withSpan("as the caller", {}, async () => {}));
  ratio = 1;
  await context.with(not, () => withSpan("left out", {}, async () => {}));
  expect(names()).toEqual(["as the caller"]);
  expect(trace.getActiveSpan()).toBeUndefined();
});
