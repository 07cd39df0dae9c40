import { type Html, type HtmlValue, markup } from './html.js'

/** The parts of a figure of a page. */
export interface FigureOptions {
  readonly title: HtmlValue
  /** How to read the plot. */
  readonly caption?: HtmlValue
  /** One plot, or several of which the page shows the one that fits. */
  readonly plot: HtmlValue
  /** The same numbers as a table, folded below. */
  readonly table?: Html
}

/** A plot with its title, caption and numbers. */
export const htmlFigure = ({ title, caption, plot, table }: FigureOptions): Html =>
  markup`<figure>
    <h3>${title}</h3>
    ${caption !== undefined && markup`<figcaption>${caption}</figcaption>`}
    <div class="plot">${plot}</div>
    ${table !== undefined && htmlDetails('The numbers as a table', table)}
  </figure> `

/** Content that is folded until it is clicked; unfolded in print. */
export const htmlDetails = (summary: HtmlValue, content: HtmlValue): Html =>
  markup`<details>
    <summary>${summary}</summary>
    ${content}
  </details> `
