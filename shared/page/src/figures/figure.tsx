import type { ComponentChildren } from "preact";
import { Table, type TableProps } from "./table.js";

export interface FigureProps {
  title: string;
  /** What it shows, in a sentence; also for who cannot see it. */
  sentence: string;
  /** The same as numbers. */
  data: Omit<TableProps, "label">;
  /** Takes the whole width. */
  wide?: boolean;
  children: ComponentChildren;
}

/** A picture with the sentence that says what it shows, and its data as a table below. */
export function Figure({ title, sentence, data, wide, children }: FigureProps) {
  return (
    <figure class={wide ? "card wide" : "card"}>
      <figcaption>
        <h3>{title}</h3>
        <p>{sentence}</p>
      </figcaption>
      {children}
      <details>
        <summary>
          Data<span class="unseen"> of “{title}”</span> as a table
        </summary>
        <Table label={`${title}, as a table`} {...data} />
      </details>
    </figure>
  );
}
