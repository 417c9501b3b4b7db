import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { parentPort, Worker, workerData } from "node:worker_threads";
import { startFakeS3 } from "./fake-s3.js";

const THREAD = "climb-fake-s3";

/** Where a store in a thread of its own is; `await using` ends it. */
export interface FakeS3Thread extends AsyncDisposable {
  address: string;
  bucket: string;
}

/**
 * Starts a {@link startFakeS3} in a thread of its own, for measurements: gigabytes of buffers in the heap of a program make
 * the collector visit all of it again and again.
 * @param keysPerPage of listings
 */
export async function startFakeS3Thread(keysPerPage: number): Promise<FakeS3Thread> {
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { thread: THREAD, keysPerPage } });
  const [{ address, bucket }] = (await once(worker, "message")) as [{ address: string; bucket: string }];
  return { address, bucket, [Symbol.asyncDispose]: async () => void (await worker.terminate()) };
}

if (workerData?.thread === THREAD) {
  const s3 = await startFakeS3();
  s3.keysPerPage = workerData.keysPerPage;
  parentPort?.postMessage({ address: s3.address, bucket: s3.bucket });
}
