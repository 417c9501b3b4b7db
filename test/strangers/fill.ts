import { create, type DescMessage, ScalarType, toBinary } from "@bufbuild/protobuf";
import { type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { registry } from "@climb/proto/registry";
import type { Call } from "./calls.js";

const ARTIFACT = "climb.common.v1.Artifact";
const DEEP = 4;

/** What a request can name of somebody's. */
export interface Belongings {
  /** Ids by the field that holds them: "embedding_set_id". */
  ids: Record<string, string>;
  artifact: { uri: string; sha256: string; sizeBytes: bigint };
}

/**
 * A request of a call in which every field that can name something names what belongs to somebody: ids, artifacts, paths.
 * Made from the descriptors, so that a call that is added later is covered.
 */
export function requestNaming(call: Call, { ids, artifact }: Belongings): object {
  const service = registry.getService(call.service.fullName);
  const method = service?.methods.find(({ name }) => name === call.name);
  if (!method) throw new Error(`${call.path} is not in the descriptors`);
  // "GetEmbeddingSet" asks for an id of an embedding set.
  const kind = call.name
    .replace(/^(Get|Watch|Update|Cancel|Delete|Download|Cut)/, "")
    .replace(/(?<=.)([A-Z])/g, "_$1")
    .toLowerCase();
  const nameFor = (field: string): string | undefined => {
    if (field === "id") return ids[`${kind}_id`];
    if (field === "uri" || field === "path" || field === "paths") return artifact.uri;
    if (field === "sha256") return artifact.sha256;
    return field === "request_id" ? undefined : ids[field];
  };
  const fill = (message: ReflectMessage, depth: number): ReflectMessage => {
    for (const field of message.desc.fields) {
      // A filter with no time in it finds nothing of anybody; the paths of a mask are no files.
      if (field.name === "filter" || field.name.endsWith("_mask") || (field.oneof && message.oneofCase(field.oneof)))
        continue;
      const value = nameFor(field.name);
      if (field.fieldKind === "scalar" && field.scalar === ScalarType.STRING && value !== undefined) {
        message.set(field, value);
      } else if (field.fieldKind === "list" && field.listKind === "scalar" && value !== undefined) {
        if (field.scalar === ScalarType.STRING) message.get(field).add(value);
      } else if (field.fieldKind === "message" && depth < DEEP) {
        message.set(field, made(field.message, depth + 1));
      } else if (field.fieldKind === "list" && field.listKind === "message" && depth < DEEP) {
        message.get(field).add(made(field.message, depth + 1));
      }
    }
    return message;
  };
  const made = (desc: DescMessage, depth: number): ReflectMessage =>
    desc.typeName === ARTIFACT ? reflect(desc, create(desc, artifact as never)) : fill(reflect(desc), depth);
  const request = made(method.input, 0);
  return call.service.methods[call.key]?.requestType.decode(toBinary(method.input, request.message)) as object;
}
