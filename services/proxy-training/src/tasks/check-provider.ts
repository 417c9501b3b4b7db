import { disagreement, takeCheckSteps } from "../core/training/provider-check.js";

/** Whether execution providers train as the CPU does. */
export interface CheckProviderTask {
  executionProviders: string[];
  stepsPerCall: number;
}

/** @returns a sentence on what is wrong, or undefined */
export async function checkProvider(task: CheckProviderTask): Promise<string | undefined> {
  const { executionProviders, stepsPerCall } = task;
  try {
    const found = await takeCheckSteps({ session: { executionProviders }, stepsPerCall });
    return disagreement(await takeCheckSteps({}), found);
  } catch (error) {
    return `no training step could be taken: ${(error as Error).message.trim()}`;
  }
}
