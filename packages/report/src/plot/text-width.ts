import stringWidth from 'string-width'

interface TextMetrics {
  width: (item: { readonly fontSize?: number }, text: unknown) => number
}

/** Mean width of a character of a sans-serif face, in ems: most texts come out a little narrower. */
const EM = 0.56

/**
 * Gives vega the widths of texts. Without a canvas it takes 0.8 em a character, so that labels are cut and margins are
 * wide without need.
 */
export function measureTexts(vega: object): void {
  const { textMetrics } = vega as { readonly textMetrics: TextMetrics }
  textMetrics.width = ({ fontSize }, text) => Math.ceil(stringWidth(String(text)) * EM * (fontSize ?? 11))
}
