import type { MeterProvider } from "@opentelemetry/api";
import { RuntimeNodeInstrumentation } from "@opentelemetry/instrumentation-runtime-node";
import { ATTR_CPU_MODE } from "@opentelemetry/semantic-conventions/incubating";
import { observe } from "./metrics.js";

/** Measures this process, its event loop and its heap, by the semantic conventions. @returns what ends that */
export function measureProcess(meters: MeterProvider): () => void {
  observe("processCpu", (result) => {
    const { user, system } = process.cpuUsage();
    result.observe(user / 1e6, { [ATTR_CPU_MODE]: "user" });
    result.observe(system / 1e6, { [ATTR_CPU_MODE]: "system" });
  });
  observe("processMemory", (result) => result.observe(process.memoryUsage.rss()));
  observe("processUptime", (result) => result.observe(process.uptime()));
  const node = new RuntimeNodeInstrumentation({ enabled: false });
  node.setMeterProvider(meters);
  node.enable();
  return () => node.disable();
}
