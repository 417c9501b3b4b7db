import { accessRules } from "@climb/proto/access";
import {
  status as codes,
  type Metadata,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
  ServerListenerBuilder,
} from "@grpc/grpc-js";
import type { Audit } from "../audit/audit.js";
import type { Admit, Admitted } from "../auth/admit.js";
import { ANY_PROJECT } from "../auth/caller.js";
import { ServiceError } from "../errors.js";
import type { Entry, Limits } from "../limits/limits.js";
import { MAX_MESSAGE_BYTES } from "./definition.js";
import { toStatus } from "./status.js";

/** What stands before every handler: who may not come in is refused before a byte of the request is taken in. */
export interface Gate {
  interceptor: ServerInterceptor;
  /** What was found out of a call that came through, by its metadata. */
  admitted(metadata: Metadata): Admitted | undefined;
}

/**
 * @param paths the calls that the gate stands before; others (health) are open
 * @param rules who may call, and how much at once; everybody and anything, unless given
 */
export function createGate(
  paths: ReadonlySet<string>,
  { admit, limits, audit }: { admit?: Admit | undefined; limits?: Limits | undefined; audit: Audit },
): Gate {
  const known = new WeakMap<Metadata, Admitted>();

  const interceptor: ServerInterceptor = ({ path, requestStream }, call) => {
    if (!paths.has(path)) return new ServerInterceptingCall(call);
    const rule = accessRules().get(path);
    const mostBytes = rule?.maxRequestBytes ?? MAX_MESSAGE_BYTES;
    limitMessages(call, mostBytes);
    let [entry, over]: [Entry | undefined, boolean] = [undefined, false];
    const leave = () => {
      over = true;
      entry?.leave();
    };
    const enter = async (metadata: Metadata) => {
      const peer = call.getPeer();
      const certificate = () => call.getAuthContext().sslPeerCertificate;
      const admitted = await admit?.(path, { metadata, certificate }, peer);
      if (admitted) known.set(metadata, admitted);
      if (over || !limits) return;
      const named = admitted && admitted.caller.name !== "anybody" ? admitted.caller : undefined;
      const who = named ? `${named.project} ${named.name}` : peer.replace(/:\d+$/, "");
      try {
        entry = limits.enter(who, named?.project === ANY_PROJECT);
        await entry.reserve(mostBytes);
      } catch (error) {
        const call = { path, caller: admitted?.caller.name ?? "", project: admitted?.project ?? "", peer };
        if (!over && error instanceof ServiceError) audit.refused(call, codes[error.code], error.reason);
        throw error;
      }
    };
    const listener = new ServerListenerBuilder()
      .withOnReceiveMetadata((metadata, next) => {
        enter(metadata).then(
          () => (over ? leave() : next(metadata)),
          (error) => {
            leave();
            const { details = "", ...status } = toStatus(error);
            call.sendStatus({ ...status, details });
          },
        );
      })
      .withOnReceiveMessage((message, next) => {
        // What can be large stays counted as long as it is worked on.
        if (!requestStream && mostBytes <= SMALL_BYTES) entry?.received();
        next(message);
      })
      .withOnCancel(leave)
      .build();
    return new ServerInterceptingCall(call, {
      start: (next) => next(listener),
      sendStatus: (status, next) => {
        leave();
        next(status);
      },
    });
  };
  return { interceptor, admitted: (metadata) => known.get(metadata) };
}

const SMALL_BYTES = 1024 * 1024;

/**
 * Limits the messages of one call: grpc-js knows one limit for all calls of a server, and takes a message in before anybody
 * hears of it. Its call and its decoder keep that limit in fields, which a test holds it to. A message beyond it is refused
 * by grpc-js in its own words, past every interceptor; the caller hears ours.
 */
function limitMessages(call: ServerInterceptingCallInterface, bytes: number): void {
  const inner = call as { maxReceiveMessageSize?: number; decoder?: { maxReadMessageLength: number } };
  inner.maxReceiveMessageSize = bytes;
  if (inner.decoder) inner.decoder.maxReadMessageLength = bytes;
  const send = call.sendStatus.bind(call);
  call.sendStatus = (status) => {
    const isOurs = status.code !== codes.RESOURCE_EXHAUSTED || status.metadata;
    send(isOurs ? status : { ...status, ...messageTooLarge(bytes) });
  };
}

function messageTooLarge(mostBytes: number) {
  const message = `the message is too large; expected at most ${mostBytes} bytes`;
  // Not RESOURCE_EXHAUSTED, which says that it may be tried again: no message becomes shorter by that.
  const error = new ServiceError("invalid", "MESSAGE_TOO_LARGE", message, { expected: String(mostBytes) });
  const { details = "", ...status } = toStatus(error);
  return { ...status, details };
}
