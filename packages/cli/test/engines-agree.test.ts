import type { EngineId } from '@umbra/core/trainer'
import { assemble } from '@umbra/core/trainer'
import { type EngineOptions, createEngine, listEngines } from '@umbra/engine'
import { describe, expect, it } from 'vitest'
import { PLUGINS } from './first-party.js'
import { lossGaps, lossesOf } from './train-methods.js'

const methods = ['ce', 'kd', 'ats']
const registry = assemble(PLUGINS)

const run = async (id: EngineId, steps: number, learningRate: number, options: EngineOptions = {}) =>
  lossesOf({
    registry,
    engine: await createEngine(id, options),
    methods,
    steps,
    teachers: 1,
    learningRate,
    augment: { crop: 2, flip: true },
  })

const here = listEngines().length > 0
const title = here ? '' : ' (skipped: no tensorflow engine; run "umbra engine install")'

describe.skipIf(!here)(`ce, kd and ats on two engines${title}`, () => {
  it('wasm follows tensorflow over ten steps to 1e-3', async () => {
    const [tensorflow, wasm] = [await run('tensorflow', 10, 0.05), await run('wasm', 10, 0.05)]
    expect(Object.keys(tensorflow)).toEqual(methods)
    for (const id of methods) expect(tensorflow[id]).toHaveLength(10)
    // They learn, so that agreement is not that of standing still.
    const [first, last] = [tensorflow.ce?.[0]?.loss ?? NaN, tensorflow.ce?.[9]?.loss ?? NaN]
    expect(last).toBeLessThan(0.97 * first)
    expect(lossGaps(wasm, tensorflow, 1e-3)).toEqual([])
  })

  it('traced steps give the same bits at every run', async () => {
    expect(await run('tensorflow', 6, 0.05)).toEqual(await run('tensorflow', 6, 0.05))
  })

  it('a traced step follows the same step run one operation at a time, over three steps to 1e-5', async () => {
    const traced = await run('tensorflow', 3, 1e-3)
    const eager = await run('tensorflow', 3, 1e-3, { compile: false })
    expect(new Set(Object.values(eager).flatMap((steps) => steps.map(({ loss }) => loss))).size).toBe(9)
    expect(lossGaps(traced, eager, 1e-5)).toEqual([])
  })
})
