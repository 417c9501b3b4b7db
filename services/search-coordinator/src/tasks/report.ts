import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Report, toWire } from "@climb/page";
import type { CorpusMap, DomainManifest } from "@climb/proto/clustering/v1/clustering_service";
import type { Search, SearchRun } from "@climb/proto/search/v1/search_service";
import { h } from "preact";
import { renderToString } from "preact-render-to-string";

/** What a report is made of. */
export interface ReportInput {
  /** With its answer. */
  search: Search;
  runs: SearchRun[];
  manifest: DomainManifest;
  map: CorpusMap;
}

/** The views of the page, frozen into one HTML file: style and pictures inside, nothing loaded from anywhere. */
export function renderReport(input: ReportInput): string {
  const data = toWire(input);
  const style = readFileSync(createRequire(import.meta.url).resolve("@climb/page/static/page.css"), "utf8");
  const name = (data.search.spec?.name || "a data mixture").replace(/[&<>]/g, "");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>Climb: ${name}</title><style>${style}</style></head><body>${renderToString(h(Report, data))}</body></html>
`;
}
