import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { defineMethod } from '../contracts/method.js'
import { definePlugin } from '../contracts/plugin.js'
import { labelLoss } from '../losses/label-loss.js'
import { temperedKl } from '../losses/tempered-kl.js'
import { scheduledAtLeast } from '../schedules/schedule-bounds.js'
import { assemble } from '../registry/registry.js'
import { checkMethod } from '../testing/conformance/check-method.js'
import { tf } from '../tf.js'
import { objective } from './objective.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const soft = defineMethod({
  id: 'soft',
  summary: 'Soft targets.',
  options: z.strictObject({
    temperature: scheduledAtLeast(0).default(4).describe('T'),
    ceWeight: scheduledAtLeast(0).default(0.1).describe('Weight of the labels'),
  }),
  laws: { identity: ['kd'] },
  objective: ({ temperature, ceWeight }) =>
    objective({
      weights: { ce: ceWeight, kd: 0.9 },
      scalars: { temperature },
      terms: ({ student, teacher, target, scalars }) => ({
        ce: labelLoss(student.logits, target),
        kd: temperedKl(teacher.logits, student.logits, scalars.temperature),
      }),
    }),
})
const matching = defineMethod({
  id: 'matching',
  summary: 'Squared distance of logits.',
  options: z.strictObject({ weight: scheduledAtLeast(0).default(1).describe('Weight of the distance') }),
  laws: { shifted: ['match'], temperatureFree: ['match'] },
  objective: ({ weight }) =>
    objective({
      weights: { ce: 1, match: weight },
      terms: ({ student, teacher, target }) => ({
        ce: labelLoss(student.logits, target),
        match: tf.mean(tf.squaredDifference(student.logits, teacher.logits), 1),
      }),
    }),
})
const chain = defineMethod({
  id: 'chain',
  summary: 'Has assistants.',
  assistants: () => [],
  objective: () => objective({ weights: {}, terms: () => ({}) }),
})
const three = defineMethod({
  id: 'three',
  summary: 'Wants three teachers.',
  teachers: { min: 3, max: 3 },
  objective: () => objective({ weights: {}, terms: () => ({}) }),
})

const named = ['weights', 'ce', 'total', 'loss', 'state', 'constructor'].map((id) =>
  defineMethod({ ...matching, id }),
)
const negative = defineMethod({
  id: 'negative',
  summary: 'Weighs what it should not.',
  objective: () =>
    objective({
      weights: { match: -1 },
      terms: ({ target }) => ({ match: tf.cast(target.labels, 'float32') }),
    }),
})

const registry = assemble([
  definePlugin({ name: 'a', version: '1.0.0', contract: 1, provides: [soft, chain] }),
  definePlugin({ name: 'b', version: '2.0.0', contract: 1, provides: [matching, three, negative, ...named] }),
])

describe('a sum of methods', () => {
  it('is found by the ids of its parts, with their options under their names', () => {
    const sum = registry.get('method', 'soft+matching')
    expect(registry.parse(sum, { matching: { weight: 50 }, labelWeight: 0.3 })).toEqual({
      soft: { temperature: 4, ceWeight: 0.1 },
      matching: { weight: 50 },
      weights: { soft: 1, matching: 1 },
      labelWeight: 0.3,
    })
    expect(() => registry.parse(sum, { matching: { wieght: 50 } })).toThrow(
      /matching\.wieght.*Did you mean "weight"/,
    )
    expect(registry.get('method', 'soft+matching')).toBe(sum)
    expect(registry.pluginsOf('soft+matching').map(({ name }) => name)).toEqual(['a', 'b'])
  })

  it('may have a method twice', () => {
    const sum = registry.get('method', 'soft+soft')
    const options = registry.parse(sum, { 'soft-2': { temperature: 1 } })
    const { weights, scalars } = sum.objective(options, registry.parts)
    expect(Object.keys(weights)).toEqual(['ce', 'soft.kd', 'soft-2.kd'])
    expect(scalars).toEqual({ 'soft.temperature': 4, 'soft-2.temperature': 1 })
  })

  it('is held to the laws of its parts', () => {
    const sum = registry.get('method', 'soft+matching')
    expect(sum.laws).toEqual({
      identity: ['soft.kd'],
      shifted: ['matching.match'],
      temperatureFree: ['matching.match'],
    })
    const failures = checkMethod(sum, { parts: registry.parts }).filter(({ status }) => status === 'failed')
    expect(failures).toEqual([])
  })

  it('is refused with a sentence where the parts do not go together', () => {
    const refused = (id: string) => expect(() => registry.get('method', id))
    refused('soft+chain').toThrow(/"soft\+chain".*chain, which trains assistants first/)
    refused('soft+three').toThrow(/no number of teachers suits all of soft, three/)
    refused('soft+matchin').toThrow(
      /unknown method "matchin" in the sum "soft\+matchin".*Did you mean "matching"/,
    )
    refused('sft+matchin').toThrow(/2 problems(.|\n)*"sft"(.|\n)*"matchin"/)
    refused('weights+soft').toThrow(/a method "weights", which is what the factors of the parts are called/)
    refused('constructor+soft').toThrow(/a method "constructor"/)
    for (const id of ['soft+', '+soft', 'soft++matching'])
      refused(id).toThrow(expect.objectContaining({ code: 'UMBRA_SUM' }))
    refused('soft++matching').toThrow(/an empty part. Did you mean "soft\+matching"\?/)
    refused('+').toThrow(/an empty part. Write it as ats\+fitnet/)
  })

  it('may have parts called as what stands in the log', () => {
    for (const id of ['ce', 'total', 'loss', 'state'])
      expect(
        registry
          .get('method', `${id}+soft`)
          .objective(registry.parse(registry.get('method', `${id}+soft`), {}), registry.parts).weights,
      ).toEqual({ ce: 1.1, [`${id}.match`]: 1, 'soft.kd': 0.9 })
  })

  it('names the part whose objective is wrong', () => {
    const sum = registry.get('method', 'soft+negative')
    expect(() => sum.objective(registry.parse(sum, {}), registry.parts)).toThrow(
      /weight "match" of method "negative", part "negative" of a sum: .* received -1/,
    )
  })
})
