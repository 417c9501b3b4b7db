export { createTestCa, type TestCa } from "./certificates.js";
export { freePort } from "./free-port.js";
export { type NatsServer, natsServerProgram, startNatsServer } from "./nats-server.js";
export { type ServiceName, type ServiceProcess, type ServiceProcesses, startServices } from "./service-processes.js";
export { writeSmallSearch, writeTopics } from "./small-search.js";
export { taskHere } from "./task-here.js";
export { type TemporaryDirectory, temporaryDirectory } from "./temporary-directory.js";
export { wideTokenizer } from "./wide-tokenizer.js";
