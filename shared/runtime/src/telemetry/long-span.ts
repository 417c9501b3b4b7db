import {
  type Context,
  context,
  type Link,
  type Span,
  type SpanContext,
  type SpanOptions,
  trace,
} from "@opentelemetry/api";
import { type ChosenIds, startChosenSpan } from "./chosen-ids.js";
import { sendAtOnce } from "./keep.js";
import { endWith } from "./span.js";

export interface LongSpanOptions extends SpanOptions {
  /**
   * What the work begins hangs below a mark: a span without length that is sent at once, so that it is known even if
   * this process dies in the middle. Without one, it hangs where the work itself does.
   */
  mark?: boolean;
  /** The mark's ids, if they are not by chance. */
  ids?: ChosenIds;
  /** Work that outlasts the limit goes on in a trace of its own, linked to the one before. */
  ownTrace?: boolean;
}

/** An hour: backends search their recent traces, and keep a trace together for about as long. */
let limitMs = 3_600_000;

/** Sets after how many milliseconds a span is ended and another one goes on. */
export function setSpanLimit(ms: number): void {
  limitMs = ms;
}

/**
 * Runs work that may last for days inside a span, cut into parts no longer than the limit: each is sent when it is over,
 * with its events, and linked to the next. An error is recorded on the last part and thrown on.
 */
export async function withLongSpan<T>(
  name: string,
  options: LongSpanOptions,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const span = new LongSpan(name, options, context.active());
  return context.with(trace.setSpan(context.active(), span), () => endWith(span, work));
}

const tracer = () => trace.getTracer("climb");

/** A span whose present part takes what is told of it, and whose mark is the parent of what it begins. */
class LongSpan implements Span {
  private mark: SpanContext | undefined;
  private current: Span;
  private part = 1;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly name: string,
    private readonly options: LongSpanOptions,
    private readonly outer: Context,
  ) {
    const { kind, links, attributes, ids } = options;
    const startTime = options.startTime ?? Date.now();
    if (options.mark) {
      const begins = { kind, links, attributes, startTime };
      const title = `${name} begins`;
      const mark = ids ? startChosenSpan(ids, title, begins, outer) : tracer().startSpan(title, begins, outer);
      sendAtOnce(mark);
      mark.end(startTime);
      this.mark = mark.spanContext();
    }
    this.current = this.startPart(options.mark ? [] : (links ?? []), startTime);
    this.await();
  }

  private await(): void {
    clearTimeout(this.timer);
    if (this.current.isRecording()) this.timer = setTimeout(() => this.cut(), limitMs).unref();
  }

  private startPart(links: Link[], startTime?: SpanOptions["startTime"]): Span {
    const { attributes } = this.options;
    // What is told of the work stays with its mark; a part that is not the first says which it is.
    const numbered = this.part > 1 ? { ...attributes, "climb.span.part": this.part } : attributes;
    const parent = this.mark ? trace.setSpanContext(this.outer, this.mark) : this.outer;
    return tracer().startSpan(this.name, { attributes: numbered, links, startTime }, parent);
  }

  private cut(): void {
    const before = this.mark ?? this.current.spanContext();
    const link: Link = { context: before, attributes: { "climb.link.reason": "goes on" } };
    const { attributes, ownTrace } = this.options;
    this.part++;
    if (this.mark) {
      // The search's id travels on; the trace does not.
      const parent = ownTrace ? trace.deleteSpan(this.outer) : this.outer;
      const mark = tracer().startSpan(`${this.name} goes on`, { attributes, links: [link] }, parent);
      sendAtOnce(mark);
      mark.end();
      this.mark = mark.spanContext();
    }
    const next = this.startPart(this.mark ? [] : [link]);
    this.current.addLink({ context: this.mark ?? next.spanContext(), attributes: { "climb.link.reason": "goes on" } });
    this.current.end();
    this.current = next;
    this.await();
  }

  spanContext(): SpanContext {
    // Without a mark what is below hangs where this does, which may have moved on meanwhile.
    return this.mark ?? trace.getSpanContext(this.outer) ?? this.current.spanContext();
  }

  setAttribute(...given: Parameters<Span["setAttribute"]>): this {
    this.current.setAttribute(...given);
    return this;
  }

  setAttributes(...given: Parameters<Span["setAttributes"]>): this {
    this.current.setAttributes(...given);
    return this;
  }

  addEvent(...given: Parameters<Span["addEvent"]>): this {
    this.current.addEvent(...given);
    return this;
  }

  addLink(...given: Parameters<Span["addLink"]>): this {
    this.current.addLink(...given);
    return this;
  }

  addLinks(...given: Parameters<Span["addLinks"]>): this {
    this.current.addLinks(...given);
    return this;
  }

  setStatus(...given: Parameters<Span["setStatus"]>): this {
    this.current.setStatus(...given);
    return this;
  }

  updateName(...given: Parameters<Span["updateName"]>): this {
    this.current.updateName(...given);
    return this;
  }

  recordException(...given: Parameters<Span["recordException"]>): void {
    this.current.recordException(...given);
  }

  isRecording(): boolean {
    return this.current.isRecording();
  }

  end(): void {
    clearTimeout(this.timer);
    this.current.end();
  }
}
