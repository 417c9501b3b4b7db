/** What of a domain people read. */
interface Labelled {
  id: string;
  label: string;
}

/**
 * Domains under the labels that they have now. A domain that somebody renames keeps its id, and the stored manifest, the
 * search's log and all that was made of them keep the label that they were written with.
 * @param known domains as the set has them; of a domain that it does not have the label stays
 */
export function currentLabels<T extends Labelled>(domains: readonly T[], known: readonly Labelled[] | undefined): T[] {
  const labels = new Map((known ?? []).map(({ id, label }) => [id, label]));
  return domains.map((domain) => ({ ...domain, label: labels.get(domain.id) ?? domain.label }));
}
