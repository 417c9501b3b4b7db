import { climb } from "../e2e/processes.js";

/** `climb up` as a process of its own. */
export interface PageProcess {
  address: string;
  page: string;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Starts the suite with its page. @param ports of the one before, so that a browser finds it again */
export async function startWithPage(
  dataDir: string,
  ports: [port: string, pagePort: string] = ["0", "0"],
): Promise<PageProcess> {
  const { child, finished } = climb(["--data-dir", dataDir, "up", "--port", ports[0], "--page-port", ports[1]]);
  const [address, page] = await new Promise<[string, string]>((resolve, reject) => {
    let said = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const [, port = ""] = /listening on (\S+),/.exec(said) ?? [];
      const [, where = ""] = /page at (\S+)/.exec(said) ?? [];
      if (port && where) resolve([port, where]);
    });
    finished.then(({ stderr }) => reject(new Error(`the suite ended before it listened: ${stderr}`)));
  });
  return {
    address,
    page,
    async kill(signal) {
      child.kill(signal);
      await finished;
    },
  };
}
