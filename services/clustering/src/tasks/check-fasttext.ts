import { valuesOfLabels } from "../core/label-values.js";
import { openFastText } from "./fasttext.js";

/** Whether a fastText model can be loaded and its labels have values. */
export interface CheckFastTextTask {
  kind: "checkFastText";
  path: string;
  labelValues: Record<string, number>;
}

/** The labels. @throws ServiceError MODEL_UNKNOWN, RangeError on a label without a value */
export async function checkFastText({ path, labelValues }: CheckFastTextTask): Promise<string[]> {
  const { labels } = await openFastText(path);
  valuesOfLabels(labels, labelValues);
  return labels;
}
