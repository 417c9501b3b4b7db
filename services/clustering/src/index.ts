export { type Agreement, agreement } from "./core/metrics.js";
