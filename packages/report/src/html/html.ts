import { escapeUTF8 } from 'entities'
import { cleanText } from '../clean-text.js'

/** Markup that is safe in a page: made by `markup` or by a renderer of this package. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** Values that can be inserted into markup: text is escaped, `Html` is not, `undefined` and `false` leave nothing. */
export type HtmlValue = Html | string | number | undefined | false | readonly HtmlValue[]

/**
 * Markup with values filled in: `` markup`<td>${label}</td>` ``. Text is escaped and loses its control characters, so that
 * a name is never markup; `Html` is inserted as it is, lists are joined, `undefined` and `false` insert nothing.
 */
export const markup = (strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html =>
  new Html(strings.reduce((text, part, i) => text + filled(values[i - 1]) + part))

/** Markup of a value: escaped unless it is `Html`. */
export function filled(value: HtmlValue): string {
  if (value === undefined || value === false) return ''
  if (value instanceof Html) return value.text
  if (typeof value === 'object') return value.map(filled).join('')
  return escapeUTF8(cleanText(String(value)).replace(/(\d) %/g, '$1\u00a0%'))
}
