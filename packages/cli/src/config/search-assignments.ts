import { UmbraError } from '@umbra/core'

/** `['temperature=1,2,4', 'weight=0.5,1']` as a search space; values are JSON where they are JSON. Throws UMBRA_USAGE. */
export const searchAssignments = (words: readonly string[]): Record<string, unknown[]> =>
  Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=')
      const values = word
        .slice(at + 1)
        .split(',')
        .map((value) => value.trim())
        .filter((value) => value !== '')
      if (at > 0 && values.length > 0) return [word.slice(0, at), values.map(parsed)]
      throw new UmbraError('UMBRA_USAGE', {
        subject: '--search',
        expected: 'option=values, as in temperature=1,2,4,8',
        received: `"${word}"`,
      })
    }),
  )

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
