import { BestSoFar } from "./best-so-far.js";
import { Constraints, Overlaps } from "./constraints.js";
import type { SearchData } from "./data.js";
import { Front } from "./front.js";
import { Influence } from "./influence.js";
import { Baselines, Targets } from "./intervals.js";
import { Ledger } from "./ledger.js";
import { Fits, Predicted } from "./predicted.js";
import { Rounds } from "./rounds.js";
import { Settings } from "./settings.js";
import { Verdict } from "./verdict.js";
import { Weights } from "./weights.js";

/** All that is known of a search, the most important first; the page and the report show the same. */
export function SearchFigures({ data }: { data: SearchData }) {
  return (
    <div class="cards">
      <Verdict data={data} />
      <Weights data={data} />
      <Targets data={data} />
      <Baselines data={data} />
      <BestSoFar data={data} />
      <Predicted data={data} />
      <Rounds data={data} />
      <Influence data={data} />
      <Front data={data} />
      <Constraints data={data} />
      <Overlaps data={data} />
      {data.search.fits.length > 0 && (
        <section class="card wide" aria-labelledby="fits">
          <h3 id="fits">How well targets are predicted</h3>
          <p>By cross-validation over the runs so far; below a rank correlation of 0.6 a prediction is a guess.</p>
          <Fits data={data} />
        </section>
      )}
      <Ledger data={data} />
      <Settings data={data} />
    </div>
  );
}
