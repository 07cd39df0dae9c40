import { assemble } from '@umbra/core/trainer'
import { createEngine, diagnose } from '@umbra/engine'
import { describe, expect, it } from 'vitest'
import { PLUGINS } from './first-party.js'
import { lossGaps, lossesOf } from './train-methods.js'

const state = (await diagnose()).engines.find(({ id }) => id === 'webgpu')!
const title = state.available ? '' : ` (skipped: ${state.reason})`

/**
 * Not all of them: a software driver takes seconds a method. Logits, features, a memory bank, and variables that a method
 * trains.
 */
const METHODS = ['ce', 'kd', 'ctkd', 'at', 'crd', 'mkd']

describe.skipIf(!state.available)(`methods on the webgpu engine${title}`, () => {
  it('lose the same in three steps of the trainer as on the cpu engine, to 1e-3', async () => {
    const registry = assemble(PLUGINS)
    const options = { registry, methods: METHODS, steps: 3, teachers: 1, shape: [8, 8, 3], batch: 4 } as const
    const expected = await lossesOf({ ...options, engine: await createEngine('cpu') })
    const actual = await lossesOf({ ...options, engine: await createEngine('webgpu') })
    expect(Object.keys(actual)).toEqual(METHODS)
    // They learn, so that agreement is not that of standing still.
    for (const id of METHODS) expect(new Set(expected[id]?.map(({ loss }) => loss)).size).toBe(3)
    expect(lossGaps(actual, expected, 1e-3)).toEqual([])
  }, 240_000)
})
