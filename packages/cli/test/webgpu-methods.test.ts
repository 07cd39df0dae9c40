import { assemble } from '@umbra/core'
import { createEngine, diagnose } from '@umbra/engine'
import { difference } from '@umbra/testing'
import { describe, expect, it } from 'vitest'
import { BUILT_IN } from '../src/plugins/built-in.js'
import { lossesOf } from './train-methods.js'

const webgpu = (await diagnose()).engines.find(({ id }) => id === 'webgpu')!
const title = webgpu.available ? '' : ` (skipped: ${webgpu.reason})`

// Two methods and two steps: a software driver needs seconds a step.
describe.skipIf(!webgpu.available)(`ce and kd on the webgpu engine${title}`, () => {
  it('lose the same in two steps as on the wasm engine, to 1e-3', async () => {
    const options = { registry: assemble(BUILT_IN), methods: ['ce', 'kd'], steps: 2, teachers: 1 }
    const expected = await lossesOf({ engine: await createEngine('wasm'), ...options })
    const actual = await lossesOf({ engine: await createEngine('webgpu'), ...options })
    for (const [method, losses] of Object.entries(expected)) {
      expect(losses).toHaveLength(2)
      const gap = difference(actual[method]!, losses, { relative: 1e-3, absolute: 0 })
      expect(gap === undefined ? undefined : `${method}: ${gap}`).toBeUndefined()
    }
  })
})
