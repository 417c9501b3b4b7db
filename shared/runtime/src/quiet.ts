/**
 * Tells native libraries to send and to write nothing on their own. They read the variables of the process, which a worker
 * thread has only a copy of: so this is said in the main thread, before the first other begins.
 */
export function keepLibrariesQuiet(): void {
  process.env.ORT_DISABLE_TELEMETRY = "1";
}
