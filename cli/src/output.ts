import { MultiBar, Presets, type SingleBar } from "cli-progress";

/** Where a command writes: results to standard output, everything else to standard error. */
export interface Output {
  /** A line for people; nothing with --json. */
  say(line: string): void;
  /**
   * Shows how far a stage is: a bar on a terminal, else a line when a stage begins, each quarter, and each minute.
   * @param note a few words beside it
   */
  progress(stage: string, done: number, total: number, unit: string, note?: string): void;
  /** A line about what is waited for, on standard error. */
  wait(line: string): void;
  /** Ends the progress display. */
  settle(): void;
  /** The result for machines: one JSON document. */
  json(value: unknown): void;
  readonly asJson: boolean;
}

/** What commands print with: results to stdout, progress and the rest to stderr. */
export function createOutput(options: {
  json: boolean;
  stderr: NodeJS.WriteStream;
  stdout: NodeJS.WriteStream;
}): Output {
  const { json: asJson, stderr, stdout } = options;
  const display = stderr.isTTY && !asJson ? bars(stderr) : lines((line) => stderr.write(`${line}\n`));
  return {
    asJson,
    say(line) {
      if (asJson) return;
      display.settle();
      stdout.write(`${line}\n`);
    },
    wait(line) {
      display.settle();
      stderr.write(`${line}\n`);
    },
    progress: (stage, done, total, unit, note = "") => display.progress(stage, done, total, unit, note),
    settle: () => display.settle(),
    json: (value) => void stdout.write(`${JSON.stringify(value)}\n`),
  };
}

function bars(stream: NodeJS.WriteStream) {
  let multi: MultiBar | undefined;
  let current: { stage: string; bar: SingleBar } | undefined;
  let began = { time: 0, done: 0 };
  return {
    progress(stage: string, done: number, total: number, unit: string, note: string) {
      if (current?.stage !== stage) {
        if (current) current.bar.update(current.bar.getTotal());
        multi ??= new MultiBar(
          {
            stream,
            hideCursor: true,
            clearOnComplete: false,
            etaBuffer: 30,
            format: "{stage} [{bar}] {value}/{total} {unit} · {rate}/s · {eta_formatted} left {note}",
            barsize: 24,
          },
          Presets.shades_classic,
        );
        current = { stage, bar: multi.create(total || 1, done, { stage: stage.padEnd(28), unit, rate: "–", note }) };
        began = { time: performance.now(), done };
      }
      current.bar.setTotal(total || Math.max(1, done));
      const seconds = (performance.now() - began.time) / 1000;
      const rate = seconds > 0.5 ? ((done - began.done) / seconds).toPrecision(3) : "–";
      current.bar.update(Math.round(done), { rate, note });
    },
    settle() {
      if (current) current.bar.update(current.bar.getTotal());
      multi?.stop();
      multi = undefined;
      current = undefined;
    },
  };
}

const SAY_EVERY_MS = 60_000;
/** Before this a rate says nothing. */
const RATE_AFTER_MS = 2000;

/** @param nowMs the time, from any beginning */
export function lines(write: (line: string) => void, nowMs: () => number = () => performance.now()) {
  const nothing = { stage: "", quarter: -1, saidMs: 0, begunMs: 0, begunAt: 0 };
  let shown = nothing;
  return {
    progress(stage: string, done: number, total: number, unit: string, note: string) {
      const now = nowMs();
      const quarter = total > 0 ? Math.floor((4 * done) / total) : 0;
      if (stage !== shown.stage) shown = { ...nothing, stage, begunMs: now, begunAt: done };
      else if (quarter <= shown.quarter && now - shown.saidMs < SAY_EVERY_MS) return;
      shown = { ...shown, quarter, saidMs: now };
      const perSecond = (1000 * (done - shown.begunAt)) / (now - shown.begunMs);
      const isKnown = now - shown.begunMs >= RATE_AFTER_MS && perSecond > 0;
      const left = isKnown && total > done ? `, ${duration((total - done) / perSecond)} left` : "";
      const rate = isKnown ? ` · ${perSecond.toPrecision(3)}/s${left}` : "";
      const of = total > 0 ? ` of ${Math.round(total)}` : "";
      // Before anything is known there is nothing to count.
      const amount = total > 0 || unit ? `: ${Math.round(done)}${of} ${unit}`.trimEnd() : "";
      write(`${stage}${amount}${rate}${note && ` · ${note}`}`);
    },
    settle() {
      shown = nothing;
    },
  };
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
