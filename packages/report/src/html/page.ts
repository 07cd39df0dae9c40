import { createHash } from 'node:crypto'
import { Html, type HtmlValue, markup } from './html.js'
import { PAGE_STYLE } from './page-style.js'

/** One section of a page. */
export interface PageSection {
  /** Unique in the page; made of letters, digits and hyphens. */
  readonly id: string
  readonly title: HtmlValue
  /** Shorter title for the table of contents. */
  readonly short?: HtmlValue
  readonly content: HtmlValue
}

/** The parts of a page. */
export interface PageOptions {
  readonly title: string
  /** Below the title. */
  readonly lead?: HtmlValue
  readonly sections: readonly PageSection[]
  /** At the end of the page. */
  readonly footer?: HtmlValue
  /** BCP 47. */
  readonly language?: string
}

/**
 * A page in one file: no script, nothing loaded, and a content security policy that forbids both. Light and dark, wide
 * and narrow, and for print.
 */
export function htmlPage({ title, lead, sections, footer, language = 'en' }: PageOptions): string {
  const style = PAGE_STYLE.trim()
  const hash = createHash('sha256').update(style).digest('base64')
  // Plots are styled by attributes, not by style sheets: the policy has to allow one hash only.
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`
  return markup`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${new Html(policy)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        <style>${new Html(style)}</style>
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header>
          <h1>${title}</h1>
          ${lead !== undefined && markup`<div class="lead">${lead}</div>`}
          ${sections.length > 1 && contents(sections)}
        </header>
        <main id="content">${sections.map(section)}</main>
        ${footer !== undefined && markup`<footer>${footer}</footer>`}
      </body>
    </html>
`.text
}

const contents = (sections: readonly PageSection[]): Html =>
  markup`<nav aria-label="Contents">
    <ul>
      ${sections.map(({ id, title, short }) => markup`<li><a href="#${id}">${short ?? title}</a></li>`)}
    </ul>
  </nav>`

const section = ({ id, title, content }: PageSection): Html =>
  markup`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${content}
  </section>
`
