import type { Command } from "commander";
import type { GlobalOptions } from "../session.js";
import { startSuite } from "../suite.js";

interface UpOptions {
  port: string;
  pagePort?: string;
  page: boolean;
}

/** `climb up`: all five services on one address until they are stopped. */
export function addUp(program: Command): void {
  program
    .command("up")
    .description("Host all five services in this process on one loopback gRPC port, until Ctrl-C.")
    .option("--port <port>", "port to listen on; 0 picks a free one", "50051")
    .option("--page-port <port>", "port of the page for browsers; the one below --port, unless given")
    .option("--no-page", "serve no page")
    .action(async ({ port, pagePort, page }: UpOptions, command: Command) => {
      const { dataDir, logLevel, patience } = command.optsWithGlobals<GlobalOptions>();
      let stop: (error?: Error) => void = () => {};
      const stopped = new Promise<void>((resolve, reject) => {
        stop = (error) => (error ? reject(error) : resolve());
      });
      const suite = await startSuite({
        dataDir,
        port: Number(port),
        pagePort: page ? Number(pagePort ?? Math.max(0, Number(port) - 1)) : undefined,
        logLevel,
        patienceMs: 1000 * patience,
        onDiskFull: stop,
      });
      process.stdout.write(`listening on ${suite.address}, data in ${dataDir}\n`);
      if (suite.page) process.stdout.write(`page at ${suite.page}\n`);
      process.once("SIGINT", () => stop());
      process.once("SIGTERM", () => stop());
      try {
        await stopped;
      } finally {
        await suite.close();
      }
    });
}
