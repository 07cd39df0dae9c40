import { Html, type HtmlValue, filled, markup } from './html.js'

/** Head and alignment of a column. */
export interface TableColumn {
  readonly title: HtmlValue
  /** Numbers are aligned right, text left. */
  readonly numeric?: boolean
  /** Long text, broken into lines. */
  readonly wrap?: boolean
}

/** The parts of a table of a page. */
export interface TableOptions {
  /** Describes the contents; shown above the table, and read out first. */
  readonly caption: HtmlValue
  readonly columns: readonly TableColumn[]
  /** The first cell of a row is its header. */
  readonly rows: readonly (readonly HtmlValue[])[]
  /** Rows in bold. */
  readonly strong?: ReadonlySet<number>
}

/** An accessible table: caption, scoped headers, and a frame that scrolls sideways (also by keyboard) on narrow screens. */
export function htmlTable({ caption, columns, rows, strong }: TableOptions): Html {
  const look = (i: number) =>
    columns[i]?.numeric === true
      ? markup` class="number"`
      : columns[i]?.wrap === true && markup` class="wrap"`
  const row = (cells: readonly HtmlValue[], index: number) =>
    markup`<tr${strong?.has(index) === true ? markup` class="strong"` : ''}>${cells.map((cell, i) =>
      i === 0 ? markup`<th scope="row"${look(i)}>${cell}</th>` : markup`<td${look(i)}>${cell}</td>`,
    )}</tr>\n`
  return markup`<div class="scroll" role="region" tabindex="0" aria-label="${plain(caption)}">
    <table>
      <caption><span>${caption}</span></caption>
      <thead>
        <tr>
          ${columns.map(({ title }, i) => markup`<th scope="col"${look(i)}>${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(row)}
      </tbody>
    </table>
  </div> `
}

/** Text of a caption for an attribute: tags are removed, the text stays escaped. */
const plain = (caption: HtmlValue): Html => new Html(filled(caption).replace(/<[^>]*>/g, ''))
