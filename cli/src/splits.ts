import type { DomainSplit } from "@climb/proto/clustering/v1/clustering_service";
import { InvalidArgumentError } from "commander";

/** Parts that a domain is split into unless another number is told: those that the tree joined last. */
export const PARTS = 2;

/** Domains to split, as the option has them: "d03,d07=3". @throws InvalidArgumentError */
export function splitsOf(text: string): DomainSplit[] {
  return text.split(",").map((part) => {
    const [, domainId = "", into = String(PARTS)] = /^([^=\s]+)(?:=(\d+))?$/.exec(part.trim()) ?? [];
    if (!domainId || Number(into) < 2)
      throw new InvalidArgumentError(`found "${part}", expected a domain, or one and a number of parts from 2: d07=3`);
    return { domainId, into: Number(into) };
  });
}
