import { entryOf, type z } from '@umbra/core'
import { difference, useCpuBackend } from '@umbra/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectCopiesToCountOnce, expectProjectorsForEach } from '../../../test/expect-teachers.js'
import { CLASSES, classifier, evaluateCopies, parts, shapesOf } from '../../../test/several-teachers.js'
import { mkdHint } from './mkd-hint.js'

beforeAll(useCpuBackend)

const objective = (options: z.input<typeof mkdHint.options>) =>
  mkdHint.objective(mkdHint.options.parse(options), parts)

it.each<z.input<typeof mkdHint.options>>([{}, { hintWeighting: 'classifier', weighting: 'confidence' }])(
  'the number of identical teachers does not change the terms, options %j',
  (options) => expectCopiesToCountOnce(objective(options)),
)

it('has regressors of their own for teachers of different widths and sizes', () =>
  expectProjectorsForEach(objective({})))

describe('the hints’ own weights', () => {
  const hint = (variant: 'sound' | 'as-released') =>
    entryOf(evaluateCopies(objective({ hintWeighting: 'classifier', variant }), 3).terms, 'hint')

  it('sum to 1; as released they are divided by the number of teachers once more', () => {
    const third = hint('sound').map((x) => x / 3)
    expect(difference(hint('as-released'), third, { relative: 1e-5, absolute: 1e-7 })).toBeUndefined()
  })

  it('need the map that the classifiers read', () => {
    const model = classifier(5)
    const shape = { logits: [4, CLASSES], taps: { stage2: [4, 4, 4, 2] } }
    const prepare = () =>
      objective({ hintWeighting: 'classifier' }).prepare?.(shapesOf(shape, [shape]), 1, { teachers: [model] })
    expect(prepare).toThrow(expect.objectContaining({ code: 'UMBRA_TAP_SHAPE' }) as Error)
    model.dispose()
  })
})
