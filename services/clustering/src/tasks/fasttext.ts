import { pathToFileURL } from "node:url";
import { ServiceError } from "@climb/runtime/worker";
import { getFastTextClass, getFastTextModule } from "fasttext.wasm.js";

/** A supervised fastText model. */
export interface TextClassifier {
  labels: string[];
  /** The probability of each label. */
  classify(text: string): Map<string, number>;
}

/** More than any classifier of quality has. */
const MOST_LABELS = 1000;

/**
 * Loads a .bin or .ftz file whole into memory, twice for a moment. One module holds one model.
 * @throws ServiceError invalid MODEL_UNKNOWN if it is no supervised model
 */
export async function openFastText(path: string): Promise<TextClassifier> {
  try {
    const FastText = await getFastTextClass({ getFastTextModule });
    const model = await new FastText().loadModel(pathToFileURL(path).href);
    const classify = (text: string) => {
      // One line is one document, for fastText's own program too.
      const found = model.predict(text.replace(/\s+/g, " "), MOST_LABELS, 0);
      const pairs = Array.from({ length: found.size() }, (_, i) => found.get(i) as unknown as [number, string]);
      return new Map(pairs.map(([probability, label]) => [label, probability]));
    };
    return { labels: [...classify("a").keys()].sort(), classify };
  } catch (error) {
    // Exceptions of compiled C++ arrive as numbers.
    const cause = error instanceof Error ? error.message : "the fastText library refused it";
    throw new ServiceError("invalid", "MODEL_UNKNOWN", `${path} cannot be loaded as a fastText classifier: ${cause}`, {
      path,
    });
  }
}
