import { type Html, type HtmlValue, markup } from './html.js'

/** What a figure of a page is made of. */
export interface FigureOptions {
  readonly title: HtmlValue
  /** What the reader should see, or must know to read it. */
  readonly caption?: HtmlValue
  /** One drawing, or several of which the page shows the one that fits. */
  readonly plot: HtmlValue
  /** The same numbers as a table, folded below. */
  readonly table?: Html
}

/** A drawing with its title, its words and its numbers. */
export const htmlFigure = ({ title, caption, plot, table }: FigureOptions): Html =>
  markup`<figure>
    <h3>${title}</h3>
    ${caption !== undefined && markup`<figcaption>${caption}</figcaption>`}
    <div class="plot">${plot}</div>
    ${table !== undefined && htmlDetails('The numbers as a table', table)}
  </figure> `

/** What is folded until it is asked for. Printed unfolded. */
export const htmlDetails = (summary: HtmlValue, content: HtmlValue): Html =>
  markup`<details>
    <summary>${summary}</summary>
    ${content}
  </details> `
