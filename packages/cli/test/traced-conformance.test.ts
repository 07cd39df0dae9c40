import { assemble } from '@umbra/core/trainer'
import { type Engine, crossEntropy, defineMethod, tf, z } from '@umbra/core'
import { checkTraced } from '@umbra/core/testing'
import { createEngine, listEngines } from '@umbra/engine'
import { beforeAll, describe, expect, it } from 'vitest'
import { PLUGINS } from './first-party.js'

const here = listEngines().length > 0
const title = here ? '' : ' (skipped: no tensorflow engine; run "umbra engine install")'
const registry = assemble(PLUGINS)

describe.skipIf(!here)(`the conformance kit on the tensorflow engine${title}`, () => {
  let engine: Engine
  beforeAll(async () => {
    engine = await createEngine('tensorflow')
  })

  it.each(registry.list('method').map(({ definition }) => definition))(
    'finds $id traced as it is eager',
    (method) => {
      expect(checkTraced(method, engine, { parts: registry.parts })).toMatchObject({ status: 'passed' })
    },
  )

  it('finds a method that reads a value to branch', () => {
    const branching = defineMethod({
      id: 'branching',
      title: 'Branching',
      summary: 'Reads its loss.',
      formula: 'CE or 2 CE',
      teachers: { min: 1, max: 1 },
      options: z.strictObject({}),
      objective: () => ({
        weights: { ce: 1 },
        terms: ({ student, labels }) => {
          const ce = crossEntropy(tf.logSoftmax(student.logits), labels)
          return { terms: { ce: tf.mul(ce, tf.mean(ce).dataSync()[0]! > 1 ? 2 : 1) } }
        },
      }),
    })
    const { status, sentence } = checkTraced(branching, engine)
    expect(status).toBe('failed')
    expect(sentence).toContain('branching')
  })
})
