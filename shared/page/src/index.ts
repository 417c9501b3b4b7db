export { Report, type ReportData } from "./search/report.js";
export { toWire, type Wire } from "./wire.js";
