import { assemble } from '@umbra/core/trainer'
import { createEngine, listEngines } from '@umbra/engine'
import { difference } from '@umbra/testing'
import { describe, expect, it } from 'vitest'
import { BUILT_IN } from '../src/plugins/built-in.js'
import { type TrainMethods, lossesOf } from './train-methods.js'

const here = listEngines().length > 0
const title = here ? '' : ' (skipped: no tensorflow engine; run "umbra engine install")'
const registry = assemble(BUILT_IN)
const methods = ['ce', 'kd', 'ats']

const losses = async (
  engine: 'tensorflow' | 'wasm',
  compile: boolean,
  options: Pick<TrainMethods, 'methods' | 'steps' | 'teachers' | 'perturbation' | 'learningRate'>,
) => lossesOf({ registry, engine: await createEngine(engine, { compile }), ...options })

function expectClose(
  actual: Readonly<Record<string, number[]>>,
  expected: Readonly<Record<string, number[]>>,
  relative: number,
): void {
  expect(Object.keys(actual)).toEqual(Object.keys(expected))
  const gaps = Object.entries(expected).flatMap(([method, values]) =>
    values.flatMap((value, step) => {
      const gap = difference([actual[method]![step]!], [value], { relative, absolute: 0 })
      return gap === undefined ? [] : [`${method}, step ${step + 1}: ${gap}`]
    }),
  )
  expect(gaps).toEqual([])
}

describe.skipIf(!here)(`ce, kd and ats on the tensorflow engine${title}`, () => {
  it('lose the same in three traced steps as in three eager ones, to 1e-5', async () => {
    const options = { methods, steps: 3, teachers: 1 }
    const eager = await losses('tensorflow', false, options)
    const traced = await losses('tensorflow', true, options)
    expect(new Set(Object.values(eager).flat()).size).toBe(9)
    expectClose(traced, eager, 1e-5)
  })

  it('lose the same in ten steps as on the wasm engine, to 1e-3', async () => {
    const options = { methods, steps: 10, teachers: 1 }
    expectClose(await losses('tensorflow', true, options), await losses('wasm', true, options), 1e-3)
  })
})

describe.skipIf(!here)(`every method on the tensorflow engine${title}`, () => {
  it.each(registry.list('method').map(({ definition }) => definition))(
    '$id is pure tensor code: three traced steps lose what eager ones do, to 1e-5',
    async (method) => {
      const { min, max } = method.teachers
      const assistants = method.assistants?.(registry.parse(method), { id: 'resnet8', options: {} }) ?? []
      const teachers = Math.max(min, Math.min(1, max)) + assistants.length
      // A small step: rounding is amplified by training, most of all where a term weighs a hundred.
      const options = { methods: [method.id], steps: 3, teachers, learningRate: 1e-4 }
      const eager = await losses('tensorflow', false, options)
      expectClose(await losses('tensorflow', true, options), eager, 1e-5)
    },
  )
})

/** Methods of every plugin that has some; crd has a memory bank. */
const VARIED = ['ce', 'crd', 'kd', 'mkd', 'discrepancy']

describe.skipIf(!here)(`fifty steps on the tensorflow engine${title}`, () => {
  it('end no further from eager ones than these do from themselves with a start moved by 1e-7', async () => {
    const options = { methods: VARIED, steps: 50, teachers: 1 }
    const eager = await losses('tensorflow', false, options)
    const moved = await losses('tensorflow', false, { ...options, perturbation: 1e-7 })
    const traced = await losses('tensorflow', true, options)
    const distance = (run: Readonly<Record<string, number[]>>, method: string): number =>
      Math.max(...eager[method]!.map((loss, i) => Math.abs(run[method]![i]! - loss) / Math.abs(loss)))
    const further = VARIED.map(
      (method) => [method, distance(traced, method), distance(moved, method)] as const,
    )
    // Which of two roundings is amplified most is chance: a factor of three is no difference.
    expect(further.filter(([, ofTraced, ofMoved]) => ofTraced > 3 * ofMoved)).toEqual([])
  }, 120_000)
})
