import { type DescMethod, toBinary } from "@bufbuild/protobuf";
import type { Random } from "@climb/numeric";
import { registry } from "@climb/proto/registry";
import { broken } from "./broken-message.js";
import { type Samples, validMessage } from "./valid-message.js";

/** How a request was made. */
export type Making = "valid" | "broken" | "garbage";

/** Every method of every service of the contracts. */
export function everyMethod(): DescMethod[] {
  return [...registry].flatMap((type) => {
    return type.kind === "service" && type.typeName.startsWith("climb.") ? type.methods : [];
  });
}

/** The bytes of a request: one in eight as the rules say, most with one field broken, some that are no message. */
export function requestBytes(
  { input, name }: DescMethod,
  random: Random,
  samples: Samples,
): { making: Making; bytes: Uint8Array } {
  const dice = random.int(8);
  // What is there must stay, or later requests find nothing any more.
  const message = validMessage(input, random, name.startsWith("Delete") ? { ...samples, ids: [] } : samples);
  if ("dryRun" in message) message.dryRun = true;
  if (dice === 0) return { making: "valid", bytes: toBinary(input, message) };
  if (dice < 6) return { making: "broken", bytes: toBinary(input, broken(input, message, random)) };
  return { making: "garbage", bytes: garbage(toBinary(input, message), random) };
}

/** What a broken client or a stranger sends: noise, a message cut short, or one with bits turned. */
function garbage(bytes: Uint8Array, random: Random): Uint8Array {
  const how = random.int(4);
  if (how === 0) return Uint8Array.from({ length: random.int(200) }, () => random.int(256));
  if (how === 1) return bytes.subarray(0, random.int(bytes.length + 1));
  // Groups within groups: a reader that goes into each has no stack left.
  if (how === 2 && random.int(50) === 0) return new Uint8Array(50_000).fill(0x0b);
  const turned = Uint8Array.from(bytes);
  for (let i = 0; i <= turned.length / 20 && turned.length > 0; i++) {
    const at = random.int(turned.length);
    turned[at] = (turned[at] as number) ^ (1 << random.int(8));
  }
  return turned;
}
