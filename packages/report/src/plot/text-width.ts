import stringWidth from 'string-width'

interface TextMetrics {
  width: (item: { readonly fontSize?: number }, text: unknown) => number
}

/** Mean width of a character of a sans-serif font, in ems: most texts are a little narrower. */
const EM = 0.56

/** Width of a text in a sans-serif font, pixels: an estimate, a little too wide for most. */
export const textWidth = (text: string, fontSize: number): number =>
  Math.ceil(stringWidth(text) * EM * fontSize)

/**
 * Gives vega the widths of texts. Without a canvas it assumes 0.8 em per character, which cuts labels and widens margins
 * needlessly.
 */
export function measureTexts(vega: object): void {
  const { textMetrics } = vega as { readonly textMetrics: TextMetrics }
  textMetrics.width = ({ fontSize }, text) => textWidth(String(text), fontSize ?? 11)
}
