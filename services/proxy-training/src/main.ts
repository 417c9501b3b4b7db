import { serviceMain } from "@climb/runtime";
import { startTrainingService, trainingConfig } from "./index.js";

await serviceMain({ name: "proxy-training", schema: trainingConfig, env: process.env, start: startTrainingService });
