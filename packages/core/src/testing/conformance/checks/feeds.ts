import type { NegativesLaw } from '../../../contracts/laws.js'
import { canonicalJson } from '../../../util/canonical-json.js'
import { ALL_LABELS, feedsFor, SAMPLES } from '../probe.js'
import { firstFailure, notApplicable } from '../verdict.js'
import { type Check, probeBatch } from './check.js'

/** The same step draws the same, another step the same shapes; declared negatives are of other samples and classes. */
export const checkNegatives: Check = ({ subject, probe }) => {
  const { objective, ...opened } = probe()
  const { negatives = [] } = subject.laws
  if (objective.feeds === undefined) return notApplicable('It draws no feeds.')
  const { ids, labels } = probeBatch({ ...opened, objective })
  const drawn = (step: number) => feedsFor(objective, ids, labels, step)
  const failures: string[] = []
  const text = (step: number) =>
    canonicalJson(Object.entries(drawn(step)).map(([name, { shape, data }]) => [name, shape, [...data]]))
  if (text(1) !== text(1))
    failures.push(
      'Feeds of one step must be the same each time, or a resumed run draws others. Draw from the stream alone.',
    )
  const shapes = (step: number) =>
    canonicalJson(Object.entries(drawn(step)).map(([name, { shape }]) => [name, shape]))
  if (shapes(1) !== shapes(2)) failures.push('Feeds must have the same shapes at every step; these have not.')
  for (const law of negatives)
    for (const step of [1, 2, 3, 4, 5]) {
      const feed = drawn(step)[law.feed]
      if (feed === undefined) failures.push(`Feed "${law.feed}" is declared in laws.negatives but not drawn.`)
      else failures.push(...misplaced(law, feed, ids, labels))
    }
  return firstFailure(failures, 'Feeds are drawn from the stream alone, and negatives are negatives.')
}

function misplaced(
  { feed, form, sameClass = false }: NegativesLaw,
  { shape, data }: { readonly shape: readonly number[]; readonly data: ArrayLike<number> },
  ids: readonly number[],
  labels: readonly number[],
): string[] {
  const width = shape[1] ?? 0
  if (shape[0] !== ids.length || (form === 'counts' && width !== SAMPLES))
    return [`Feed "${feed}" has shape [${shape.join(', ')}], which is not that of form "${form}".`]
  for (const [row, id] of ids.entries())
    for (let column = 0; column < width; column++) {
      // `shape` says that there is a number for each row and column.
      const value = data[row * width + column]!
      if (form === 'counts' && value === 0) continue
      const negative = form === 'counts' ? column : value
      if (negative === id)
        return [
          `Negatives must be other samples; feed "${feed}" has a sample itself, the positive, among them.`,
        ]
      if (!sameClass && ALL_LABELS[negative] === labels[row])
        return [
          `Negatives must be of other classes; feed "${feed}" has samples of the same class among them, which are positives. Draw from the others, or declare sameClass.`,
        ]
    }
  return []
}
