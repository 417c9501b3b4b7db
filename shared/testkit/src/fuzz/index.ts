export { type FuzzReport, fuzz } from "./fuzz.js";
export { everyMethod } from "./requests.js";
export { seedResources } from "./seed-resources.js";
export { type FuzzTarget, startFuzzTarget } from "./target.js";
