import { measurePreset } from "./measure.js";

// A process of its own for each preset, because the peak of a process's memory never falls again.
const [preset = "", seconds = "5"] = process.argv.slice(2);
process.send?.(await measurePreset(preset, Number(seconds)));
