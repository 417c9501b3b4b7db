import { eitherSignal, type Patience, patiently } from "./patience.js";

/** What is asked of a call, whoever makes it. */
export interface CallOptions {
  signal?: AbortSignal;
  /** Deadline of one try from its start; that of the client unless given, and none for streams. */
  timeoutMs?: number;
}

/** What the contract says of a service's calls, as ts-proto generates it. */
interface Contract {
  readonly methods: Readonly<Record<string, Method>>;
}

interface Method {
  readonly name: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly options: { readonly idempotencyLevel?: string };
}

interface WatchRequest {
  id: string;
  afterSequence?: bigint;
}

type Watch = (request: WatchRequest, options: CallOptions) => AsyncIterable<{ sequence: bigint }>;

/**
 * A client that waits for a suite that is away. Calls that the contract marks as idempotent and that answer once are made
 * again; a watch goes on behind the last sequence that was seen. All other calls are the caller's to repeat.
 * @param client one function for each call, of any library
 */
export function patientClient<C extends object>(contract: Contract, client: C, patience: Patience): C {
  const calls = Object.entries(contract.methods).flatMap(([key, method]): [string, unknown][] => {
    const call = client[key as keyof C];
    if (isWatch(method)) return [[key, resumed(method.name, call as Watch, patience)]];
    return isRepeatable(method) ? [[key, repeated(method.name, call as Call, patience)]] : [];
  });
  return { ...client, ...Object.fromEntries(calls) };
}

type Call = (request: unknown, options: CallOptions) => Promise<unknown>;

function isRepeatable({ requestStream, responseStream, options: { idempotencyLevel } }: Method): boolean {
  const idempotent = idempotencyLevel === "NO_SIDE_EFFECTS" || idempotencyLevel === "IDEMPOTENT";
  return idempotent && !requestStream && !responseStream;
}

function isWatch({ name, responseStream }: Method): boolean {
  return responseStream && name.startsWith("Watch");
}

function repeated(name: string, call: Call, patience: Patience): Call {
  return (request, options = {}) => {
    const signal = eitherSignal(patience.signal, options.signal);
    return patiently(name, { ...patience, signal }, () => call(request, { ...options, signal }));
  };
}

function resumed(name: string, call: Watch, patience: Patience): Watch {
  return async function* (request, options = {}) {
    const signal = eitherSignal(patience.signal, options.signal);
    let afterSequence = request.afterSequence ?? 0n;
    let messages: AsyncIterator<{ sequence: bigint }> | undefined;
    const next = async () => {
      messages ??= call({ ...request, afterSequence }, { ...options, signal })[Symbol.asyncIterator]();
      try {
        return await messages.next();
      } catch (error) {
        messages = undefined;
        throw error;
      }
    };
    try {
      for (;;) {
        const message = await patiently(name, { ...patience, signal }, next);
        if (message.done) return;
        afterSequence = message.value.sequence;
        yield message.value;
      }
    } finally {
      await messages?.return?.();
    }
  };
}
