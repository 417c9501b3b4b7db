import { serviceMain } from "@climb/runtime";
import { embeddingConfig, startEmbeddingService } from "./index.js";

await serviceMain({ name: "embedding", schema: embeddingConfig, env: process.env, start: startEmbeddingService });
