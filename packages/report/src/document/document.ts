import type { PlotSize, PlotSpec } from '../plot/responsive-plot.js'

/** Cells are untrusted plain text; every renderer escapes them its own way. */
export interface ReportTable {
  readonly caption: string
  readonly columns: readonly { readonly title: string; readonly numeric?: boolean; readonly wrap?: boolean }[]
  readonly rows: readonly (readonly string[])[]
  /** Rows shown with weight. */
  readonly strong?: readonly number[]
}

/** One sentence of a result. Untrusted text. */
export interface Finding {
  readonly text: string
  readonly tone?: 'headline' | 'better' | 'worse'
}

/** One piece of a report. Its texts are plain and untrusted. */
export type ReportBlock =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'findings'; readonly items: readonly Finding[] }
  /** A list; with `warning`, one that must not be overlooked. */
  | { readonly kind: 'notes'; readonly items: readonly string[]; readonly warning?: boolean }
  /** With `folded`, shown when that line is clicked. */
  | { readonly kind: 'table'; readonly table: ReportTable; readonly folded?: string }
  | {
      readonly kind: 'figure'
      readonly title: string
      readonly caption: string
      /** What the drawing shows, for those who cannot see it. */
      readonly label: string
      readonly spec: (size: PlotSize) => PlotSpec
      readonly table?: ReportTable
    }

/** A titled part of a report. Its texts are plain and untrusted. */
export interface ReportSection {
  /** Unique in the report; letters, digits and hyphens. */
  readonly id: string
  readonly title: string
  /** In the contents, where `title` is too long for them. */
  readonly short?: string
  readonly blocks: readonly ReportBlock[]
}

/** A report before it is HTML or Markdown. */
export interface ReportDocument {
  readonly title: string
  readonly lead: readonly string[]
  readonly sections: readonly ReportSection[]
  readonly footer: readonly string[]
}
