/**
 * Takes out of vega's SVG what nobody sees, and makes what a mark says about itself (`description`) its `<title>`, which
 * browsers show on hover without a script. Texts in it are escaped already: no `<` or `>` stands in an attribute.
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
    // Only where things stand: what is written keeps its digits.
    .replace(/ (?:d|transform|[xy][12]?|width|height)="[^"]*"/g, (attribute) =>
      attribute.replace(/-?\d+\.\d{3,}/g, (number) => String(Math.round(Number(number) * 100) / 100)),
    )

const DROPPED =
  / (?:role|aria-[a-z]+|pointer-events|stroke-miterlimit|class|font-family)="[^"]*"| (?:opacity|stroke-width)="1"| font-weight="normal"/g
