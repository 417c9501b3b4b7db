import { apiKeyFault } from "./api-key.js";
import { faultOfHost, type RemotePolicy } from "./remote-policy.js";

/** An endpoint as a request names it. */
export interface NamedEndpoint {
  address: string;
  /** Name of the operator's key; empty for none. */
  apiKey: string;
}

/** Which field of a named endpoint the operator does not allow, and why; undefined: neither, or its address is none. */
export function endpointFault(
  { address, apiKey }: NamedEndpoint,
  policy: RemotePolicy,
): { field: "address" | "api_key"; fault: string } | undefined {
  if (!URL.canParse(address)) return undefined;
  const ofHost = faultOfHost(address, policy);
  if (ofHost) return { field: "address", fault: ofHost };
  const ofKey = apiKey ? apiKeyFault(apiKey, address, policy) : undefined;
  return ofKey ? { field: "api_key", fault: ofKey } : undefined;
}
