import { describe, expect, it } from "vitest";
import { directory, type Suite, start, store, untilFinal } from "./testing/suite.js";

async function begun(suite: Suite, options: object = {}): Promise<string> {
  const { domainSet } = await suite.client.createDomainSet({ requestId: "", spec: await store(suite, options) });
  return domainSet?.id ?? "";
}

describe("a domain that a person renames", () => {
  it("has that title for its label, keeps its id, and has its own label back when the title is taken away", async () => {
    const suite = await start(await directory());
    const { client } = suite;
    const before = await untilFinal(suite, await begun(suite));
    const [first, second, third] = before.domains;
    const request = { id: before.id, domainId: second?.id ?? "", title: " Of the courts " };
    const { domainSet: renamed } = await client.updateDomain(request);
    const expected = { ...second, label: "Of the courts", madeLabel: second?.label };
    expect(renamed).toEqual({ ...before, domains: [first, expected, third] });
    expect((await client.updateDomain(request)).domainSet).toEqual(renamed);
    expect((await client.getDomainSet({ id: before.id })).domainSet).toEqual(renamed);

    await client.updateDomain({ ...request, title: "Law" });
    const { domainSet: again } = await client.updateDomain({ ...request, title: "" });
    expect(again).toEqual(before);
  });

  it("keeps its title when the set is asked for again, and the set its manifest, by which others know it", async () => {
    const suite = await start(await directory());
    const { client } = suite;
    const { id, manifest } = await untilFinal(suite, await begun(suite));
    await client.updateDomain({ id, domainId: "d00", title: "Kitchen" });
    expect(await begun(suite)).toBe(id);
    const { domainSet } = await client.getDomainSet({ id });
    expect(domainSet?.domains[0]).toMatchObject({ id: "d00", label: "Kitchen" });
    expect(domainSet?.manifest).toEqual(manifest);
  });

  it("must be one of a finished set, and the title one line", async () => {
    const suite = await start(await directory());
    const { client } = suite;
    const working = await begun(suite, { restarts: 100, tolerance: 1e-300, maxIterations: 10_000 });
    const title = "Kitchen";
    await expect(client.updateDomain({ id: working, domainId: "d00", title })).rejects.toThrow("expected SUCCEEDED");
    await client.cancelDomainSet({ id: working });
    const { id } = await untilFinal(suite, await begun(suite));
    await expect(client.updateDomain({ id, domainId: "d77", title })).rejects.toThrow(
      "domain_id: found d77, expected d00, d01, d02",
    );
    await expect(client.updateDomain({ id, domainId: "d00", title: "two\nlines" })).rejects.toThrow("title");
    await expect(client.updateDomain({ id: "0".repeat(32), domainId: "d00", title })).rejects.toThrow("0000");
  });
});
