import { svg } from "./charts.js";
import type { ReportData } from "./types.js";

/**
 * The points of the front, one line each over all targets: bits per byte against the answer, so that targets of different
 * scales share an axis.
 */
export function paretoFront({ front, targets, answer }: ReportData): Promise<string> {
  const values = front.flatMap(({ tasks }, i) =>
    targets.map(({ name }, t) => ({
      point: `point ${i + 1}`,
      target: name,
      change: (tasks[t] as number) - (answer.tasks[t]?.mean as number),
    })),
  );
  return svg({
    width: 480,
    height: 260,
    data: { values },
    mark: { type: "line", point: true },
    encoding: {
      x: { field: "target", type: "nominal", sort: null, title: null, axis: { labelAngle: 0 } },
      y: { field: "change", type: "quantitative", title: "predicted bits per byte, minus the answer" },
      color: { field: "point", type: "nominal", sort: null, title: null },
    },
  });
}
