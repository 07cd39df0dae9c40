import { distance } from 'fastest-levenshtein'

/** The known name nearest to what was typed, when it is near enough to be meant. */
export function nearest(typed: string, names: readonly string[]): string | undefined {
  const limit = Math.min(3, Math.max(1, Math.round(0.4 * typed.length)))
  let best: string | undefined
  let least = limit + 1
  for (const name of names) {
    const edits = editsBetween(typed.toLowerCase(), name.toLowerCase())
    if (edits < least) [best, least] = [name, edits]
  }
  return best
}

/** Letters in another order count as one slip, however far they went. */
const editsBetween = (a: string, b: string): number =>
  a !== b && letters(a) === letters(b) ? 1 : distance(a, b)

const letters = (word: string): string => Array.from(word).sort().join('')

/** `Did you mean "kd"? Known: ats, ce, kd.` */
export function suggestion(typed: string, names: readonly string[]): string {
  const near = nearest(typed, names)
  const list = names.length === 0 ? 'None is known.' : `Known: ${[...names].sort().join(', ')}.`
  return near === undefined ? list : `Did you mean "${near}"? ${list}`
}
