import { UmbraError } from '@umbra/core'
import { jsonOrText } from './json-or-text.js'

/** `['temperature=1,2,4', 'weight=0.5,1']` as a search space; values are read as JSON if possible. Throws UMBRA_USAGE. */
export const searchAssignments = (words: readonly string[]): Record<string, unknown[]> =>
  Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=')
      const values = word
        .slice(at + 1)
        .split(',')
        .map((value) => value.trim())
        .filter((value) => value !== '')
      if (at > 0 && values.length > 0) return [word.slice(0, at), values.map(jsonOrText)]
      throw new UmbraError('UMBRA_USAGE', {
        subject: '--search',
        expected: 'option=values, for example temperature=1,2,4,8',
        received: `"${word}"`,
      })
    }),
  )
