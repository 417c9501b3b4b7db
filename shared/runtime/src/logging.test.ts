import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { createLogger, forPeople } from "./logging.js";

it("logs for people are one line: time, level, service, message and what else was said", async () => {
  const stream = new PassThrough();
  const logger = createLogger({ service: "clustering", level: "info", destination: forPeople(stream) });
  logger.info({ kind: "run", id: "abc" }, "work begins");
  logger.debug("not said");
  const [line] = (await stream.take(1).toArray()) as Buffer[];
  expect(String(line)).toMatch(/^\[\d\d:\d\d:\d\d\] INFO: clustering: work begins \{"kind":"run","id":"abc"\}\n$/);
});
