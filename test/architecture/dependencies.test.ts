import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

interface Locked {
  version: string;
  license?: string;
  link?: boolean;
}

/** Licences that ask for no more than to be named, one of which each package must offer. */
const ALLOWED = ["Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "ISC", "0BSD", "Unlicense", "CC0-1.0"];

/** Packages with other licences, each with why it may stay. */
const EXCEPTIONS: Record<string, string> = {
  "axe-core": "MPL-2.0: binds changes to its own files, which we do not make; tests alone use it.",
  lightningcss: "MPL-2.0: binds changes to its own files, which we do not make; it comes with the test runner alone.",
};

/** Advisories that are known and not fixed, by their address, each with why it does not reach us. */
const ADVISORIES: Record<string, string> = {};

const { packages } = JSON.parse(readFileSync(`${root}package-lock.json`, "utf8")) as {
  packages: Record<string, Locked>;
};
const installed = Object.entries(packages)
  .filter(([path, { link }]) => path.includes("node_modules/") && !link)
  .map(([path, locked]) => ({ name: path.replace(/^.*node_modules\//, ""), ...locked }));

describe("every package that is installed", () => {
  it("has a licence that asks for no more than to be named, or an exception with a reason", () => {
    const others = installed.filter(({ name, license }) => !isAllowed(license) && !exceptionOf(name));
    expect(others.map(({ name, license }) => `${name} ${license ?? "no licence"}`)).toEqual([]);
    expect(installed.length).toBeGreaterThan(200);
  });

  it("is what an exception is for, where there is one", () => {
    for (const name of Object.keys(EXCEPTIONS)) {
      const found = installed.filter((one) => exceptionOf(one.name) === EXCEPTIONS[name] && !isAllowed(one.license));
      expect(found, name).not.toEqual([]);
    }
  });

  it("has no known weakness, or one that does not reach us", { timeout: 60_000 }, (context) => {
    const { stdout } = spawnSync("npm", ["audit", "--json", "--fetch-retries=0", "--fetch-timeout=20000"], {
      cwd: root,
      encoding: "utf8",
    });
    const report = JSON.parse(stdout || "{}") as Audit;
    if (!report.vulnerabilities) context.skip(`npm audit cannot ask this registry: ${report.message ?? "no answer"}`);
    const found = Object.values(report.vulnerabilities ?? {}).flatMap(({ via }) =>
      via.flatMap((one) => (typeof one === "string" ? [] : [`${one.url} ${one.title}`])),
    );
    expect(found.filter((advisory) => !ADVISORIES[advisory.split(" ")[0] ?? ""])).toEqual([]);
  });
});

interface Audit {
  message?: string;
  vulnerabilities?: Record<string, { via: (string | { url: string; title: string })[] }>;
}

/** A package that exists for several systems has its name with theirs behind it. */
function exceptionOf(name: string): string | undefined {
  const known = Object.keys(EXCEPTIONS).find((one) => name === one || name.startsWith(`${one}-`));
  return known && EXCEPTIONS[known];
}

/** Of alternatives one is enough; of what holds together, each counts. */
function isAllowed(license = ""): boolean {
  const alternatives = license.replace(/[()]/g, "").split(" OR ");
  return alternatives.some((one) => one.split(" AND ").every((part) => ALLOWED.includes(part.trim())));
}
