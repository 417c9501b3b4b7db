import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { ChannelCredentials, credentials } from "@grpc/grpc-js";
import { whyUnwell } from "./health.js";

const USAGE = `Usage: health-main [--wait=SECONDS] TARGET/NAME...

Asks each server for the health of the service NAME until all are SERVING; ends with 1 if they are not in time. With
CLIMB_TLS_CERT, CLIMB_TLS_KEY and CLIMB_TLS_CA, which name files, it asks over TLS.`;

/** host:port or dns:///host:port, and the full name of the service behind the last slash. */
const TARGET = /^((?:dns:\/\/\/)?[^/]+:\d+)\/([\w.]+)$/;
const PAUSE_MS = 1000;

const { values, positionals } = parseArgs({
  options: { wait: { type: "string", default: "0" } },
  allowPositionals: true,
});
const targets = positionals.map((text) => text.match(TARGET));
const waitMs = Number(values.wait) * 1000;
if (targets.length === 0 || targets.includes(null) || !(waitMs >= 0)) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(2);
}

const until = performance.now() + waitMs;
const reasons = await Promise.all(
  targets.map(async (target) => {
    const [, address = "", name = ""] = target ?? [];
    for (;;) {
      const reason = await whyUnwell(address, name, channelCredentials());
      if (reason === undefined || performance.now() >= until) return { name, address, reason };
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }),
);
for (const { name, address, reason } of reasons) console.log(`${name} at ${address}: ${reason ?? "SERVING"}`);
process.exit(reasons.some(({ reason }) => reason !== undefined) ? 1 : 0);

function channelCredentials(): ChannelCredentials {
  const { CLIMB_TLS_CERT: cert, CLIMB_TLS_KEY: key, CLIMB_TLS_CA: ca } = process.env;
  if (!cert || !key || !ca) return credentials.createInsecure();
  return ChannelCredentials.createSsl(readFileSync(ca), readFileSync(key), readFileSync(cert));
}
