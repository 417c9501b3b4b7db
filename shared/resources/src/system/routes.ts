import type { Platform } from "@climb/ports";
import { SystemServiceDefinition } from "@climb/proto/system/v1/system_service";
import { implement, type RpcService } from "@climb/runtime";
import { expectEverybody } from "../everybody.js";
import { everyDeadLetter, retryDeadLetter } from "./dead-letters.js";
import { everyProcess } from "./processes.js";

/** How the suite itself is doing: calls that every service offers. */
export function systemRoutes(platform: Platform, now: () => Date = () => new Date()): RpcService {
  const forAll = <Request, Response>(call: (request: Request) => Promise<Response>) => {
    return (request: Request) => {
      expectEverybody("the suite is looked after");
      return call(request);
    };
  };
  return implement(SystemServiceDefinition, {
    listProcesses: forAll(async () => ({ processes: await everyProcess(platform, now()) })),
    listQueues: forAll(async () => ({
      queues: (await platform.queues()).map(({ queue, waiting, leased, oldestAgeMs, dead }) => ({
        name: queue,
        waiting: BigInt(waiting),
        leased: BigInt(leased),
        oldestAgeSeconds: oldestAgeMs / 1000,
        deadLetters: BigInt(dead),
      })),
    })),
    listDeadLetters: forAll(async ({ queue, limit }) => ({
      deadLetters: await everyDeadLetter(platform, queue, limit),
    })),
    retryDeadLetter: forAll(async ({ queue, jobId }) => ({
      resources: await retryDeadLetter(platform, queue, jobId),
    })),
  });
}
