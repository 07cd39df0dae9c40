/**
 * Removes invisible parts of vega's SVG, and turns the `description` of a mark into its `<title>`, which browsers show on
 * hover without a script. Vega has escaped all texts: no attribute contains `<` or `>`.
 */
export const slimSvg = (svg: string): string =>
  svg
    .replace(/<path class="(?:back|fore)ground"(?![^>]* (?:stroke|fill)=)[^>]*\/>/g, '')
    .replace(/<text[^>]* opacity="0"[^>]*>[^<]*<\/text>/g, '')
    .replace(/<(path|rect|line|text|g)([^>]*?)(\/?)>/g, (_, tag: string, attributes: string, end: string) => {
      const title = tag === 'g' ? undefined : / aria-label="([^"]*)"/.exec(attributes)?.[1]
      const kept = attributes.replace(DROPPED, '')
      return title === undefined || end === ''
        ? `<${tag}${kept}${end}>`
        : `<${tag}${kept}><title>${title}</title></${tag}>`
    })
    // Coordinates only: texts keep their digits.
    .replace(/ (?:d|transform|[xy][12]?|width|height)="[^"]*"/g, (attribute) =>
      attribute.replace(/-?\d+\.\d{3,}/g, (number) => String(Math.round(Number(number) * 100) / 100)),
    )

const DROPPED =
  / (?:role|aria-[a-z]+|pointer-events|stroke-miterlimit|class|font-family)="[^"]*"| (?:opacity|stroke-width)="1"| font-weight="normal"/g
