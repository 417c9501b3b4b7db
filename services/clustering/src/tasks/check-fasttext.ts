import { valuesOfClasses } from "../core/class-values.js";
import { openFastText } from "./fasttext.js";

/** Whether a fastText model can be loaded and its labels have values. */
export interface CheckFastTextTask {
  path: string;
  labelValues: Record<string, number>;
}

/** The labels. @throws ServiceError MODEL_UNKNOWN, RangeError on a label without a value */
export async function checkFastText({ path, labelValues }: CheckFastTextTask): Promise<string[]> {
  const { labels } = await openFastText(path);
  valuesOfClasses(labels, labelValues);
  return labels;
}
