import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { codeOf, importsOf, root, SERVICES, type Source, sources } from "./sources.js";

// Who may import whom. The first row whose home a file lies in holds for it; `own` is the part of the repository whose
// files it may import by path.
interface Row {
  home: string;
  own: string;
  packages: RegExp[];
}
const builtIn = /^node:/;
const numeric = /^@climb\/numeric$/;
const onnx = /^@climb\/onnx$/;
const text = /^@climb\/text$/;
const proto = /^@climb\/proto(\/|$)/;
const client = /^@climb\/client$/;
const runtime = /^@climb\/runtime(\/|$)/;
const ports = /^@climb\/ports$/;
const resources = /^@climb\/resources$/;
const corpus = /^@climb\/corpus$/;
const readers = /^@climb\/readers\//;
const testkit = /^@climb\/testkit(\/|$)/;
const page = /^@climb\/page$/;
const shared = [runtime, ports, resources, corpus];
const notOurs = /^(?!@climb\/|node:|\.)/;

const table: Row[] = [
  { home: "proto/src/", own: "proto/", packages: [builtIn, /^@bufbuild\/(protobuf|protovalidate)(\/|$)/] },
  // What strangers install: it stands on the contracts alone.
  { home: "proto/clients/typescript/src/", own: "proto/clients/typescript/src/", packages: [builtIn, proto, notOurs] },
  { home: "shared/numeric/src/", own: "shared/numeric/src/", packages: [] },
  { home: "shared/text/src/", own: "shared/text/src/", packages: [] },
  { home: "shared/onnx/src/", own: "shared/onnx/", packages: [/^onnxruntime-node$/, /^@climb\/runtime\/worker$/] },
  { home: "shared/runtime/src/", own: "shared/runtime/src/", packages: [builtIn, proto, notOurs] },
  { home: "shared/ports/src/", own: "shared/ports/src/", packages: [builtIn, runtime, notOurs] },
  { home: "shared/resources/src/", own: "shared/resources/src/", packages: [builtIn, proto, runtime, ports, notOurs] },
  // Runs in browsers: of the contracts it takes the types alone.
  { home: "shared/page/src/", own: "shared/page/src/", packages: [proto, /^preact(\/|$)/] },
  { home: "shared/corpus/src/", own: "shared/corpus/src/", packages: [builtIn, runtime, notOurs] },
  {
    home: "shared/readers/src/",
    own: "shared/readers/src/",
    packages: [builtIn, numeric, runtime, ports, corpus, notOurs],
  },
  ...SERVICES.flatMap((name): Row[] => {
    const src = `services/${name}/src/`;
    const graphs = ["clustering", "embedding", "predictor", "proxy-training"].includes(name) ? [onnx] : [];
    const texts = ["clustering", "embedding"].includes(name) ? [text] : [];
    const pages = name === "search-coordinator" ? [page] : [];
    const files = ["clustering", "embedding"].includes(name) ? [readers] : [];
    return [
      { home: `${src}core/`, own: `${src}core/`, packages: [numeric, ...texts, ...graphs] },
      {
        home: src,
        own: src,
        packages: [builtIn, numeric, ...texts, ...graphs, ...pages, ...files, proto, ...shared, notOurs],
      },
    ];
  }),
  {
    home: "cli/src/",
    own: "cli/src/",
    packages: [builtIn, numeric, proto, client, ...shared, ...SERVICES.map(own), notOurs],
  },
  // Benchmarks measure pieces of the services too, which these export for them by path.
  {
    home: "test/bench/src/",
    own: "test/bench/src/",
    packages: [
      builtIn,
      numeric,
      onnx,
      proto,
      client,
      testkit,
      readers,
      ...shared,
      ...["cli", ...SERVICES].map(piecesOf),
      notOurs,
    ],
  },
];

function own(service: string): RegExp {
  return new RegExp(`^@climb/${service}$`);
}

function piecesOf(name: string): RegExp {
  return new RegExp(`^@climb/${name}(/|$)`);
}

const production = sources().filter(({ test }) => !test);
const rowOf = ({ path }: Source) => table.find(({ home }) => path.startsWith(home));

describe("the import table", () => {
  it("has a row for every source file", () => {
    expect(production.length).toBeGreaterThan(100);
    expect(production.filter((source) => !rowOf(source)).map(({ path }) => path)).toEqual([]);
  });

  it.each(table)("holds in $home", ({ home, own, packages }) => {
    const files = production.filter((source) => rowOf(source)?.home === home);
    expect(files.length).toBeGreaterThan(0);
    const broken = files.flatMap((source) =>
      importsOf(source)
        .filter((name) => !name.startsWith(own) && !packages.some((pattern) => pattern.test(name)))
        .map((name) => `${source.path} imports ${name}`),
    );
    expect(broken).toEqual([]);
  });

  it("keeps services apart in their tests too: they meet by contract", () => {
    const broken = sources().flatMap((source) => {
      const self = source.path.match(/^services\/([^/]+)/)?.[1];
      if (!self) return [];
      const others = SERVICES.filter((name) => name !== self);
      const foreign = (name: string) =>
        others.some((other) => name === `@climb/${other}` || name.startsWith(`services/${other}/`));
      return importsOf(source)
        .filter(foreign)
        .map((name) => `${source.path} imports ${name}`);
    });
    expect(broken).toEqual([]);
  });

  it("leaves test code to tests", () => {
    const forTests = /^(vitest|fast-check|@climb\/testkit)$|\.test\.js$|\/(fixtures|testing)\//;
    const product = production.filter(({ path }) => !path.startsWith("test/"));
    const broken = product.flatMap((source) =>
      importsOf(source)
        .filter((name) => forTests.test(name))
        .map((name) => `${source.path} imports ${name}`),
    );
    expect(broken).toEqual([]);
  });
});

describe("a package lists what it imports", () => {
  const packages = [...new Set(production.map(({ path }) => path.slice(0, path.indexOf("/src/"))))];

  it.each(packages)("%s", (folder) => {
    const manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const listed = Object.keys(manifest.dependencies ?? {});
    const imported = production
      .filter(({ path }) => path.startsWith(`${folder}/src/`))
      .flatMap(importsOf)
      .filter((name) => !name.startsWith("node:") && !name.startsWith(`${folder}/`))
      .map((name) =>
        name
          .split("/")
          .slice(0, name.startsWith("@") ? 2 : 1)
          .join("/"),
      );
    expect([...new Set(imported)].filter((name) => !listed.includes(name))).toEqual([]);
  });
});

describe("a package is built after what it imports", () => {
  const packages = [...new Set(sources().flatMap(({ path }) => /^.*?(?=\/src\/)/.exec(path)?.[0] ?? []))];
  const built = packages.filter((folder) => existsSync(join(root, folder, "tsconfig.json")));

  it.each(built)("%s", (folder) => {
    const { references = [] } = JSON.parse(readFileSync(join(root, folder, "tsconfig.json"), "utf8"));
    const nameIn = (path: string) => JSON.parse(readFileSync(join(root, folder, path, "package.json"), "utf8")).name;
    const known = [nameIn("."), ...references.map(({ path }: { path: string }) => nameIn(path))];
    const imported = sources()
      .filter(({ path }) => path.startsWith(`${folder}/src/`))
      .flatMap(importsOf)
      .flatMap((name) => /^@climb\/[^/]+/.exec(name)?.[0] ?? []);
    expect([...new Set(imported)].filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe("core", () => {
  const core = production.filter(({ path }) => /^services\/[^/]+\/src\/core\//.test(path));
  const banned: [what: string, pattern: RegExp][] = [
    ["the clock", /\bDate\.now\b|\bnew Date\(\)|\bperformance\./],
    ["chance without a seed", /\bMath\.random\b|\bcrypto\./],
    ["the process", /(?<![-\w])process\./],
    ["the console", /\bconsole\./],
    ["timers", /\bset(Timeout|Interval|Immediate)\(/],
  ];

  it.each(banned)("never reaches for %s: it is given what it needs", (_what, pattern) => {
    expect(core.filter((source) => pattern.test(codeOf(source))).map(({ path }) => path)).toEqual([]);
  });
});

describe("the environment", () => {
  it("is read in a service's main only, where its schema checks it whole", () => {
    const readers = production.filter((source) => /\bprocess\.env\b/.test(codeOf(source))).map(({ path }) => path);
    const services = readers.filter((path) => !path.startsWith("cli/"));
    // S3's own variables are named by AWS, and every tool of a user reads the same.
    const allowed = [
      ...SERVICES.map((name) => `services/${name}/src/main.ts`),
      "shared/ports/src/artifact-store/s3-client.ts",
      // So are those of proxies.
      "shared/runtime/src/proxy-agent.ts",
      // Set, not read: before native libraries look at it.
      "shared/runtime/src/quiet.ts",
      "shared/onnx/src/quiet.ts",
      // Which keys there are follows from what requests name.
      "shared/runtime/src/remote/api-key.ts",
      // A process of its own: it asks services for their health.
      "shared/runtime/src/rpc/health-main.ts",
      // The same: a search as `helm test` makes one.
      "services/search-coordinator/src/trial/main.ts",
    ];
    expect(services.sort()).toEqual(allowed.sort());
  });
});
