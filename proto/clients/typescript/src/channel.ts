import { ChannelCredentials } from "@grpc/grpc-js";
import { type Channel, createChannel } from "nice-grpc";

/** Longest message that servers send or take. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/** Certificates in PEM. */
export interface Tls {
  /** Whom to trust; the system's authorities, unless given. */
  ca?: Buffer;
  /** What the client shows of itself, where servers ask for it. */
  cert?: Buffer;
  key?: Buffer;
}

/**
 * A channel that spreads calls over all addresses of a name.
 * @throws Error for a token that others could read on its way
 */
export function openChannel(
  address: string,
  given: { tls?: Tls; credentials?: ChannelCredentials; token?: unknown; insecure?: boolean },
): Channel {
  const { tls, token, insecure } = given;
  const encrypted = tls && ChannelCredentials.createSsl(tls.ca ?? null, tls.key ?? null, tls.cert ?? null);
  const credentials = given.credentials ?? encrypted ?? ChannelCredentials.createInsecure();
  if (token && !encrypted && !given.credentials && !insecure && !isLoopback(address)) {
    throw new Error(`a token would go to ${address} in plain text; expected tls, or insecure: true`);
  }
  return createChannel(address, credentials, {
    "grpc.service_config": JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
    "grpc.keepalive_time_ms": 30_000,
    "grpc.initial_reconnect_backoff_ms": 200,
    "grpc.max_reconnect_backoff_ms": 5000,
    // A proxy of the environment leads elsewhere than to this machine.
    "grpc.enable_http_proxy": isLoopback(address) ? 0 : 1,
  });
}

function isLoopback(address: string): boolean {
  return /^(dns:\/*)?(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(address);
}
