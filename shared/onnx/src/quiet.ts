/**
 * ONNX Runtime tells its makers how it is used: as soon as it is loaded it looks up their host, and keeps files for that
 * under HOME and among the temporary files. It asks for this variable once, before that; the import of this module must
 * stand before the import of the library.
 */
process.env.ORT_DISABLE_TELEMETRY = "1";
