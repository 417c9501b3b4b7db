import { currentProject, ServiceError } from "@climb/runtime";
import type { ArtifactStore, NamedArtifact } from "./port.js";

/** Contents that a project is known to have a name for; the oldest is forgotten first. */
const REMEMBERED = 100_000;

const folderOf = (project: string) => `projects/${project}/`;

/**
 * A store in which each project has names of its own: what is worked on for a project sees and makes these, and reads only
 * contents that one of them stands for. To know the digest of what another project has is not to have it. Work for nobody in
 * particular sees the whole store.
 */
export function withProjects(store: ArtifactStore): ArtifactStore {
  const known = new Set<string>();
  const remember = (project: string, uri: string) => {
    const key = `${project} ${uri}`;
    known.delete(key);
    known.add(key);
    const [oldest] = known;
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
  };
  const path = (name: string) => {
    const project = currentProject();
    return project === undefined ? name : folderOf(project) + name;
  };
  const noted = <T extends { uri: string } | undefined>(found: T): T => {
    const project = currentProject();
    if (project !== undefined && found) remember(project, found.uri);
    return found;
  };
  /** @throws ServiceError notFound ARTIFACT_MISSING, as for what is nowhere */
  const expectOwn = async (project: string | undefined, uri: string) => {
    if (project === undefined || known.has(`${project} ${uri}`)) return;
    // Another replica may have stored it.
    for await (const named of store.list(folderOf(project))) {
      remember(project, named.uri);
      if (named.uri === uri) return;
    }
    throw new ServiceError("notFound", "ARTIFACT_MISSING", `there is no artifact ${uri}`, { uri });
  };
  return {
    put: async (name, content, options) => noted(await store.put(path(name), content, options)),
    stat: async (name) => noted(await store.stat(path(name))),
    keep: async (name) => noted(await store.keep(path(name))),
    remove: (name) => store.remove(path(name)),
    get(ref, range) {
      const project = currentProject();
      return (async function* () {
        await expectOwn(project, ref.uri);
        yield* store.get(ref, range);
      })();
    },
    async localPath(ref) {
      await expectOwn(currentProject(), ref.uri);
      return store.localPath(ref);
    },
    list(prefix) {
      const project = currentProject();
      return project === undefined ? store.list(prefix) : listOf(store, project, prefix);
    },
    contents: (olderThan) => store.contents(olderThan),
    removeContent: (uri) => store.removeContent(uri),
  };
}

async function* listOf(store: ArtifactStore, project: string, prefix: string): AsyncGenerator<NamedArtifact> {
  const folder = folderOf(project);
  for await (const named of store.list(folder + prefix)) yield { ...named, path: named.path.slice(folder.length) };
}
