import { type SoftTargets, tf } from '@umbra/core'
import { assemble } from '@umbra/core/trainer'
import { arbitraryBatch, useCpuBackend } from '@umbra/testing'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { PLUGINS } from './first-party.js'

beforeAll(useCpuBackend)

const registry = assemble(PLUGINS)
const ids = (kind: 'softening' | 'enhancement') => registry.list(kind).map(({ definition }) => definition.id)
const pairs = ids('softening').flatMap((softening) =>
  ids('enhancement').map((enhancement) => ({ softening, enhancement })),
)

const scalars = (of: Readonly<Record<string, unknown>> = {}) =>
  Object.fromEntries(Object.entries(of).map(([name, value]) => [name, tf.scalar(value as number)]))

/** Log-probabilities before and after an enhancement, and probabilities after it. */
function enhanced(
  pair: (typeof pairs)[number],
  teacher: readonly (readonly number[])[],
  labels: readonly number[],
) {
  return tf.tidy(() => {
    const y = tf.tensor1d([...labels], 'int32')
    const soften = registry.parts.softening(pair.softening)
    const enhance = registry.parts.enhancement(pair.enhancement)
    const logits: tf.Tensor2D = tf.tensor2d(teacher.map((row) => [...row]))
    const before: SoftTargets = soften.apply(logits, y, scalars(soften.scalars))
    const after = enhance.apply(before, y, scalars(enhance.scalars), enhance.state?.(logits.shape[1]))
    const numbers = {
      before: before.logProbabilities.arraySync(),
      after: after.logProbabilities.arraySync(),
      probabilities: after.probabilities.arraySync(),
    }
    return { numbers }
  }).numbers
}

describe('every softening with every enhancement', () => {
  it.each(pairs)('$softening, $enhancement: mass 1, the label kept, order kept by all but fuse', (pair) => {
    fc.assert(
      fc.property(arbitraryBatch(30), ({ teacher, labels }) => {
        const { before, after, probabilities } = enhanced(pair, teacher, labels)
        for (const [i, row] of after.entries()) {
          const label = labels[i]!
          expect(Math.abs(probabilities[i]!.reduce((sum, p) => sum + p, 0) - 1)).toBeLessThan(1e-4)
          expect(row[label]).toBe(before[i]![label])
          expect(row.every(Number.isFinite)).toBe(true)
          if (pair.enhancement === 'fuse') continue
          const wrong = [...row.keys()].filter((c) => c !== label)
          const sorted = wrong.toSorted((a, b) => before[i]![a]! - before[i]![b]!)
          for (const [k, c] of sorted.slice(1).entries())
            expect(row[c]!).toBeGreaterThanOrEqual(row[sorted[k]!]!)
        }
      }),
      { numRuns: 20 },
    )
  })
})
