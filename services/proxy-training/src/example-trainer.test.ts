import { spawn, spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { JobState } from "@climb/proto/common/v1/job";
import { TargetSource } from "@climb/proto/training/v1/target";
import { expect, it, onTestFinished } from "vitest";
import { createRun, directory, spec, start, target, tokenSet, untilFinal } from "./testing/suite.js";

const python = process.env.CLIMB_PYTHON ?? "python3";
const missing = spawnSync(python, ["-c", "import torch, grpc_tools, tokenizers, numpy"]).status !== 0;
const needs = `${python} imports torch, grpcio-tools, tokenizers and numpy; CLIMB_PYTHON names another one`;

// A learner of its own on the same tokens should reach about what Climb's does, mixture by mixture.
it.skipIf(missing)(`the example trainer reaches what Climb's own does (run if ${needs})`, async () => {
  const suite = await start(await directory());
  const { id } = await tokenSet(suite);
  const path = join(await directory(), "choices.jsonl");
  const item = { context: "the recipe needs flour and", choices: [" butter", " galaxy nebula"], gold: 0 };
  await writeFile(path, `${JSON.stringify(item)}\n`.repeat(3));
  const { targets: choices } = await suite.client.importTargets({
    sources: [TargetSource.fromPartial({ name: "choices", paths: [path] })],
  });
  const targets = [await target(suite, "kitchen"), await target(suite, "sky"), ...choices];
  const mixtures = [
    [0.9, 0.1],
    [0.1, 0.9],
  ];
  const program = fileURLToPath(new URL("../examples/torch_trainer.py", import.meta.url));
  const trainer = spawn(python, [program, "--address", `127.0.0.1:${suite.port}`, "--runs", "2", "--device", "cpu"]);
  onTestFinished(() => void trainer.kill("SIGKILL"));
  let said = "";
  for (const stream of [trainer.stdout, trainer.stderr]) stream.on("data", (chunk) => (said += chunk));
  for (const mixture of mixtures) {
    const of = { mixture, tokens: 64_000n };
    const [own, foreign] = await Promise.all(
      ["", "torch"].map(async (name) =>
        untilFinal(suite, await createRun(suite, spec(id, { ...of, trainer: name }), targets)),
      ),
    );
    expect(foreign?.status?.state, said).toBe(JobState.JOB_STATE_SUCCEEDED);
    expect(foreign?.spec?.trainer).toBe("torch");
    expect(foreign?.parameters).toBe(own?.parameters);
    for (const [t, task] of (foreign?.tasks ?? []).entries()) {
      const reference = own?.tasks[t];
      expect(task.target).toBe(reference?.target);
      expect(task.items).toBe(reference?.items);
      expect(Math.abs(task.bitsPerByte / (reference?.bitsPerByte ?? 0) - 1), task.target).toBeLessThan(0.1);
      expect(task.standardError / (reference?.standardError || 1), task.target).toBeLessThan(1.5);
      expect(task.accuracy).toBe(reference?.accuracy);
    }
    foreign?.epochs.forEach((epochs, j) => {
      expect(Math.abs(epochs - (own?.epochs[j] ?? 0))).toBeLessThan(0.1 * Math.max(...(own?.epochs ?? [])));
    });
  }
});
