export { benchFeatures, type FeatureTarget, type HeldOut } from "./features.js";
export { benchPredictor, type Figures, type PredictorFigures } from "./predictor.js";
export { benchPropose, type ProposeFigures } from "./propose.js";
