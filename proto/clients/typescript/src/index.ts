export { type Climb, type ConnectOptions, connect } from "./connect.js";
export { downloadFiles, savePieces } from "./download.js";
export { ClimbError, isUnavailable } from "./errors.js";
export { finished, WorkFailedError } from "./finished.js";
export type { Patience } from "./patience.js";
export { type CallOptions, patientClient } from "./patient-client.js";
export { uploadFile } from "./upload.js";
