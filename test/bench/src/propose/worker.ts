import { serveTasks } from "@climb/runtime/worker";
import { type LandscapeSearch, searchLandscape } from "./search-landscape.js";

serveTasks<LandscapeSearch, number>(searchLandscape);
