/** The four groups of MMLU (Hendrycks et al. 2021, appendix B) and their subjects. */
const SUBJECTS: Readonly<Record<string, string>> = {
  stem: `abstract_algebra astronomy college_biology college_chemistry college_computer_science college_mathematics
    college_physics computer_security conceptual_physics electrical_engineering elementary_mathematics
    high_school_biology high_school_chemistry high_school_computer_science high_school_mathematics
    high_school_physics high_school_statistics machine_learning`,
  humanities: `formal_logic high_school_european_history high_school_us_history high_school_world_history
    international_law jurisprudence logical_fallacies moral_disputes moral_scenarios philosophy prehistory
    professional_law world_religions`,
  social_sciences: `econometrics high_school_geography high_school_government_and_politics
    high_school_macroeconomics high_school_microeconomics high_school_psychology human_sexuality
    professional_psychology public_relations security_studies sociology us_foreign_policy`,
  other: `anatomy business_ethics clinical_knowledge college_medicine global_facts human_aging management marketing
    medical_genetics miscellaneous nutrition professional_accounting professional_medicine virology`,
};

const SUBJECTS_OF = new Map(Object.entries(SUBJECTS).map(([group, list]) => [group, new Set(list.split(/\s+/))]));

/** "Social Sciences", "social-sciences" and "social_sciences" are one name. */
export function plainName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, "_");
}

/** Whether an item's group is the wanted one, or a subject of the wanted group of MMLU. */
export function inGroup(group: string | undefined, wanted: string): boolean {
  if (group === undefined) return false;
  const name = plainName(group);
  return name === plainName(wanted) || (SUBJECTS_OF.get(plainName(wanted))?.has(name) ?? false);
}

/** Names of the four groups. */
export const MMLU_GROUPS: readonly string[] = Object.keys(SUBJECTS);
