import type { Platform } from "@climb/ports";
import type { RpcService } from "@climb/runtime";
import { storeRoutes } from "./store/routes.js";
import { tellProcess } from "./system/processes.js";
import { systemRoutes } from "./system/routes.js";

/**
 * What every process of the suite does beside its own service: it tells the others that it is up, and answers the calls of
 * the store and of the system.
 * @param service what it is there for, for example "clustering"
 */
export function joinSuite(platform: Platform, service: string): RpcService[] {
  tellProcess(platform, service);
  return [storeRoutes(platform), systemRoutes(platform)];
}
