import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type PrometheusExporter, PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { ServiceError } from "../errors.js";
import type { Lifecycle } from "../lifecycle.js";
import { asOpenMetrics, OPEN_METRICS, OPEN_METRICS_TYPE } from "./open-metrics.js";

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
        return request.headers.accept?.includes(OPEN_METRICS)
          ? void sayOpenMetrics(exporter, response)
          : exporter.getMetricsRequestHandler(request, response);
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

/** As the exporter's own handler, in the format that has exemplars. */
async function sayOpenMetrics(exporter: PrometheusExporter, response: ServerResponse): Promise<void> {
  const serializer = new PrometheusSerializer(undefined, false, undefined, false, true);
  try {
    const { resourceMetrics } = await exporter.collect();
    response
      .writeHead(200, { "content-type": OPEN_METRICS_TYPE })
      .end(asOpenMetrics(serializer.serialize(resourceMetrics)));
  } catch (error) {
    response.writeHead(500, { "content-type": "text/plain" }).end(`metrics cannot be collected: ${error}\n`);
  }
}
