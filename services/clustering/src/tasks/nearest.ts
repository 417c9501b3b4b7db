import { openNearest } from "../core/nearest.js";

/** What finds the nearest centroids in this thread: a session of ONNX Runtime, opened once. */
export const nearest = openNearest();
