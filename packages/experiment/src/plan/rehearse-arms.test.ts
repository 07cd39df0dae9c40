import { type Plugin, defineMethod, definePlugin, labelLoss, objective, tf, z } from '@umbra/core'
import { assemble } from '@umbra/core/trainer'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import { toyPlan } from '../../test/toy-plan.js'
import { toyPlugin } from '../../test/toy-plugin.js'
import { createMethods } from '../config/compose-method.js'
import { configSchema, type UmbraConfig } from '../config/experiment-config.js'
import { type RehearsalContext, rehearseArms } from './rehearse-arms.js'

beforeAll(useCpuBackend)

const taps = z.strictObject({
  studentTap: z.string().default('stage1'),
  teacherTap: z.string().default('stage1'),
})
const plugin: Plugin = definePlugin({
  ...{ name: 'own', version: '1.0.0', contract: 1 },
  provides: [
    defineMethod({
      ...{ id: 'tapped', summary: 'Has taps.', options: taps },
      objective: ({ studentTap, teacherTap }) =>
        objective({
          weights: { ce: 1 },
          taps: { student: [studentTap], teacher: [teacherTap] },
          terms: ({ student, target }) => ({ ce: labelLoss(student.logits, target) }),
        }),
    }),
    defineMethod({
      ...{ id: 'hard', summary: 'Needs labels.' },
      objective: () =>
        objective({
          ...{ weights: { one: 1 }, labels: 'hard' },
          terms: ({ labels }) => ({ one: tf.cast(labels, 'float32') }),
        }),
    }),
    defineMethod({
      ...{ id: 'whole', summary: 'Gives integers.' },
      objective: () => objective({ weights: { one: 1 }, terms: ({ ids }) => ({ one: ids }) }),
    }),
    defineMethod({
      ...{ id: 'throwing', summary: 'Throws.' },
      objective: () =>
        objective({
          weights: { ce: 1 },
          prepare: () => {
            throw new RangeError('no room')
          },
          terms: ({ student, target }) => ({ ce: labelLoss(student.logits, target) }),
        }),
    }),
  ],
})

function context(methods: UmbraConfig['methods'], unlabelled = 0): RehearsalContext {
  const registry = assemble([toyPlugin, plugin])
  const { dataset } = toyPlan(40, {})
  const config = configSchema.parse({
    ...{ dataset: { id: 'toy' }, student: { model: 'toy' }, methods, recipe: { batch: 8 } },
    teachers: [{ model: { id: 'toy', options: { width: 2 } }, weights: 'teacher.safetensors' }],
  })
  const labels = dataset.train.labels.map((label, i) => (i < unlabelled ? -1 : label))
  return {
    ...{ config, registry, methods: createMethods(registry) },
    dataset: { ...dataset, train: { ...dataset.train, labels } },
  }
}

it('finds nothing where all can be trained, assistants and sums included, and keeps no tensor', () => {
  const all = context(['plain', 'imitate', 'chain', 'tapped', 'plain+imitate', 'hard'])
  const before = tf.memory().numTensors
  expect(() => {
    rehearseArms(all)
  }).not.toThrow()
  expect(tf.memory().numTensors).toBe(before)
})

it.each<[UmbraConfig['methods'][number], string, RegExp]>([
  [
    { id: 'tapped', options: { studentTap: 'stage2' } },
    'UMBRA_TAP_UNKNOWN',
    /^option "studentTap" of method "tapped": tap "stage2" of the student: .*Did you mean "stage1"/,
  ],
  [
    { id: 'tapped', label: 'own', options: { teacherTap: 'stage2' } },
    'UMBRA_TAP_UNKNOWN',
    /^option "teacherTap" of method "own": tap "stage2" of teacher "toy": .*Did you mean "stage1"/,
  ],
  [
    { of: ['plain', { id: 'tapped', options: { teacherTap: 'stage2' } }] },
    'UMBRA_TAP_UNKNOWN',
    /^option "tapped.teacherTap" of method "plain\+tapped": tap "stage2" of teacher "toy"/,
  ],
  [
    { id: 'tapped', search: { teacherTap: ['stage1', 'stage2'] } },
    'UMBRA_TAP_UNKNOWN',
    /^option "teacherTap" of method "tapped": tap "stage2"/,
  ],
  ['hard', 'UMBRA_LABELS', /^method "hard": .*received 3 of 40 without a label/],
  [
    'whole',
    'UMBRA_TERMS',
    /^method "whole": objective: expected term "one".*\[8\] float32, received \[8\] int32/,
  ],
  ['throwing', 'UMBRA_METHOD', /^method "throwing" .*threw RangeError: no room/],
])('finds what would stop %j', (method, code, message) => {
  const faulty = context([method], 3)
  const before = tf.memory().numTensors
  const rehearse = () => {
    rehearseArms(faulty)
  }
  expect(rehearse).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(message) as string }),
  )
  expect(tf.memory().numTensors).toBe(before)
})

it('lists all problems; faults in code are left to the run, which stops those arms alone', () => {
  const methods: UmbraConfig['methods'] = [
    { id: 'tapped', label: 'a', options: { studentTap: 'x' } },
    { id: 'tapped', label: 'b', options: { teacherTap: 'y' } },
    'whole',
  ]
  expect(() => {
    rehearseArms(context(methods))
  }).toThrow(/3 problems/)
  expect(() => {
    rehearseArms(context(methods), { only: 'input' })
  }).toThrow(/2 problems/)
  expect(() => {
    rehearseArms(context(['whole']), { only: 'input' })
  }).not.toThrow()
})
