export { freePort, type NatsServer, natsServerProgram, startNatsServer } from "./nats-server.js";
export { type TemporaryDirectory, temporaryDirectory } from "./temporary-directory.js";
