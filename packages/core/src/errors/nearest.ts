import { closest, distance } from 'fastest-levenshtein'

/** The known name nearest to what was typed, when it is near enough to be meant. */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined
  const best = closest(typed.toLowerCase(), [...known])
  return distance(typed.toLowerCase(), best.toLowerCase()) <= Math.max(2, Math.floor(typed.length / 3))
    ? best
    : undefined
}

/** `Did you mean "kd"? Known: ats, ce, kd.` */
export function suggestion(typed: string, known: readonly string[]): string {
  const near = nearest(typed, known)
  const list = known.length === 0 ? 'None is known.' : `Known: ${[...known].sort().join(', ')}.`
  return near === undefined ? list : `Did you mean "${near}"? ${list}`
}
