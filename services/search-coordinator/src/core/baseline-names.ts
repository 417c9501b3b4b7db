/** What the nearest feasible mixture of a baseline is called after its name. */
export const WITHIN = "within the constraints";

/** The baselines that every search has; a user's mixture may not have their names. */
export const BASELINE_NAMES = ["proportional", "uniform", "unimax", `proportional ${WITHIN}`, `uniform ${WITHIN}`];
