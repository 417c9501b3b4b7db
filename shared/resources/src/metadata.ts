import { ResourceMetadata } from "@climb/proto/common/v1/resource";
import { fieldInvalid } from "@climb/runtime";

/** Before the labels that people give, so that they never meet those that the code finds things by. */
const GIVEN = "label.";
/** The label of what expires, so that it is found without looking at everything. */
const EXPIRES = { expires: "yes" };

/** What lists of things that expire are narrowed by. */
export const EXPIRING = { labels: EXPIRES };

/** What a Create or Update call says of a resource: a time to live counts from now, whose it is is not the caller's to say. */
export function saidOf(given: ResourceMetadata | undefined, now: Date): ResourceMetadata {
  const { ttlSeconds = 0, expireTime, ...said } = given ?? ResourceMetadata.create();
  const until = ttlSeconds > 0 ? new Date(now.getTime() + 1000 * ttlSeconds) : expireTime;
  return { ...said, expireTime: until, ttlSeconds: 0, owner: "", creator: "" };
}

/** What is known of a resource that is asked for again; the same object if nothing is new. */
export function joinedMetadata(
  known: ResourceMetadata | undefined,
  said: ResourceMetadata | undefined,
): ResourceMetadata | undefined {
  if (!said || !known) return known ?? said;
  const joined = {
    ...known,
    displayName: known.displayName || said.displayName,
    labels: { ...known.labels, ...said.labels },
    expireTime: known.expireTime && said.expireTime && latest(known.expireTime, said.expireTime),
  };
  return isSame(known, joined) ? known : joined;
}

type Changeable = "displayName" | "labels" | "expireTime";
const CHANGEABLE: Record<string, Changeable> = {
  display_name: "displayName",
  labels: "labels",
  expire_time: "expireTime",
};

/**
 * What is known of a resource after an Update call.
 * @param mask paths of what is meant; what is set in `said`, unless given
 * @throws ServiceError invalid FIELD_INVALID for a path of something else
 */
export function changedMetadata(
  known: ResourceMetadata | undefined,
  said: ResourceMetadata,
  mask: readonly string[] | undefined,
): ResourceMetadata {
  const changed = { ...(known ?? ResourceMetadata.create()) };
  const paths = mask ?? Object.keys(CHANGEABLE).filter((path) => isSet(said[CHANGEABLE[path] as Changeable]));
  for (const [index, path] of paths.entries()) {
    const field = Object.hasOwn(CHANGEABLE, path) ? (CHANGEABLE[path] as Changeable) : undefined;
    if (!field) {
      const expected = Object.keys(CHANGEABLE).join(", ");
      throw fieldInvalid(`update_mask.paths[${index}]`, path.slice(0, 100), expected);
    }
    Object.assign(changed, { [field]: said[field] });
  }
  return changed;
}

/** Labels by which a resource is found in lists: those of its kind, and those that people gave it. */
export function indexLabels(own: Record<string, string>, metadata: ResourceMetadata | undefined) {
  return {
    ...givenLabels(metadata?.labels ?? {}),
    ...givenLabels(own),
    ...own,
    ...(metadata?.expireTime && EXPIRES),
  };
}

/** Labels of a request as the index has them. */
export function givenLabels(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [GIVEN + name, value]));
}

function latest(one: Date, other: Date): Date {
  return one > other ? one : other;
}

function isSet(value: ResourceMetadata[Changeable]): boolean {
  if (value === undefined || value === "") return false;
  return typeof value === "string" || value instanceof Date || Object.keys(value).length > 0;
}

function isSame(one: ResourceMetadata, other: ResourceMetadata): boolean {
  const bytes = (metadata: ResourceMetadata) => ResourceMetadata.encode(metadata).finish();
  return Buffer.from(bytes(one)).equals(bytes(other));
}
