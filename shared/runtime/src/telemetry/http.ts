import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { PrometheusExporter } from "@opentelemetry/exporter-prometheus";
import { ServiceError } from "../errors.js";
import type { Lifecycle } from "../lifecycle.js";

export interface MetricsServer {
  port: number;
  /** What /readyz says from now on. */
  setReady(ready: boolean): void;
}

/**
 * Answers GET /metrics for Prometheus, and the health by HTTP for who cannot ask by gRPC: /livez while the process runs,
 * /readyz with 200 or 503. Ends with the lifecycle.
 * @param port 0 takes a free one
 * @throws ServiceError unavailable PEER_UNREACHABLE if the port cannot be had
 */
export async function serveMetrics(
  lifecycle: Lifecycle,
  exporter: PrometheusExporter,
  port: number,
): Promise<MetricsServer> {
  let ready = false;
  const server = createServer((request, response) => {
    const say = (status: number, text: string) =>
      response.writeHead(status, { "content-type": "text/plain" }).end(`${text}\n`);
    if (request.method !== "GET") return say(405, "expected GET");
    switch (request.url?.split("?")[0]) {
      case "/metrics":
        return exporter.getMetricsRequestHandler(request, response);
      case "/livez":
        return say(200, "alive");
      case "/readyz":
        return ready && !lifecycle.signal.aborted ? say(200, "ready") : say(503, "not ready");
      default:
        return say(404, "expected /metrics, /livez or /readyz");
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => {
      const message = `cannot listen on port ${port} for metrics: ${error.message}`;
      reject(new ServiceError("unavailable", "PEER_UNREACHABLE", message, { address: String(port) }));
    });
    server.listen(port, () => resolve());
  });
  lifecycle.onClose("metrics server", async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    port: (server.address() as AddressInfo).port,
    setReady: (now) => {
      ready = now;
    },
  };
}
