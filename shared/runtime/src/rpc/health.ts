import {
  type ChannelCredentials,
  credentials,
  makeGenericClientConstructor,
  type ServiceError as RawError,
  type ServiceDefinition,
} from "@grpc/grpc-js";
import { service } from "grpc-health-check";

const DEADLINE_MS = 5000;
const HealthClient = makeGenericClientConstructor(service as ServiceDefinition, "Health");

/**
 * Asks a server for the health of a service by its full name.
 * @param address host:port or dns:///host:port
 * @returns undefined if it is SERVING, else a word or sentence why not
 */
export function whyUnwell(
  address: string,
  name: string,
  channelCredentials: ChannelCredentials = credentials.createInsecure(),
): Promise<string | undefined> {
  const client = new HealthClient(address, channelCredentials, { "grpc.enable_http_proxy": 0 });
  return new Promise((resolve) => {
    const answer = (error: RawError | null, response?: { status: string }) => {
      client.close();
      const status = error?.message ?? response?.status;
      resolve(status === "SERVING" ? undefined : status);
    };
    client.check?.({ service: name }, { deadline: Date.now() + DEADLINE_MS }, answer);
  });
}
