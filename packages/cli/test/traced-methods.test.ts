import { assemble } from '@umbra/core/trainer'
import { createEngine, listEngines } from '@umbra/engine'
import { describe, expect, it } from 'vitest'
import { PLUGINS } from './first-party.js'
import { type TrainMethods, lossGaps, lossesOf } from './train-methods.js'

const here = listEngines().length > 0
const title = here ? '' : ' (skipped: no tensorflow engine; run "umbra engine install")'
const registry = assemble(PLUGINS)

const losses = async (compile: boolean, options: Omit<TrainMethods, 'registry' | 'engine'>) =>
  lossesOf({ registry, engine: await createEngine('tensorflow', { compile }), ...options })

describe.skipIf(!here)(`every method on the tensorflow engine${title}`, () => {
  it.each(registry.list('method').map(({ definition }) => definition))(
    '$id is pure tensor code: three traced steps lose what eager ones do, to 1e-5',
    async (method) => {
      const { min, max } = method.teachers
      const assistants = method.assistants?.(registry.parse(method), { id: 'resnet8', options: {} }) ?? []
      const teachers = Math.max(min, Math.min(1, max)) + assistants.length
      // A small step: rounding is amplified by training, most of all where a term weighs a hundred.
      const options = { methods: [method.id], steps: 3, teachers, learningRate: 1e-4 }
      const eager = await losses(false, options)
      expect(eager[method.id]).toHaveLength(3)
      expect(lossGaps(await losses(true, options), eager, 1e-5)).toEqual([])
    },
  )
})
