import { readFileSync } from "node:fs";
import type { RemotePolicy } from "./remote-policy.js";

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The API key that the operator has under a name: CLIMB_EMBEDDER_KEY_<NAME>, or the file that
 * CLIMB_EMBEDDER_KEY_<NAME>_FILE names, looked at anew each time. Requests hold the name alone.
 * @throws Error without a key
 */
export function readApiKey(name: string, env: Env = process.env): string {
  const variable = variableOf(name);
  const file = env[`${variable}_FILE`];
  const key = (file ? readFileSync(file, "utf8") : (env[variable] ?? "")).trim();
  if (key === "")
    throw new Error(
      `there is no API key "${name}"; expected ${variable}, or ${variable}_FILE with a file that holds it`,
    );
  return key;
}

/**
 * What is wrong with sending a key to an endpoint; undefined: nothing. A key goes to the hosts of
 * CLIMB_EMBEDDER_KEY_<NAME>_HOSTS alone; where others name endpoints, it goes nowhere without them.
 */
export function apiKeyFault(
  name: string,
  address: string,
  policy: RemotePolicy,
  env: Env = process.env,
): string | undefined {
  try {
    readApiKey(name, env);
  } catch (error) {
    return (error as Error).message;
  }
  const { host, hostname } = new URL(address);
  const variable = `${variableOf(name)}_HOSTS`;
  const hosts = (env[variable] ?? "").split(",").flatMap((word) => word.trim() || []);
  if (hosts.length === 0) {
    return policy.guarded ? `the API key "${name}" is for no host yet; expected its hosts in ${variable}` : undefined;
  }
  if (hosts.includes(host) || hosts.includes(hostname)) return undefined;
  return `the API key "${name}" is not for ${host}; expected ${hosts.join(" or ")}`;
}

function variableOf(name: string): string {
  return `CLIMB_EMBEDDER_KEY_${name.toUpperCase().replaceAll("-", "_")}`;
}
