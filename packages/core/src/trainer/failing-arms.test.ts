import '@tensorflow/tfjs-backend-cpu'
import * as tfl from '@tensorflow/tfjs-layers'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { matching, toyArm, toyCohort, toyModel, toyTeacher, weightsOf } from '../../test/toy-cohort.js'
import type { RunEvent } from '../contracts/events.js'
import type { HookHandlers } from '../contracts/hooks.js'
import type { Objective, TensorRecord } from '../contracts/objective.js'
import { createHookRunner } from '../hooks/hook-runner.js'
import { crossEntropy } from '../losses/cross-entropy.js'
import { crossEntropyObjective as ce } from '../objective/cross-entropy-objective.js'
import { eagerEngine } from '../testing/eager-engine.js'
import { tf } from '../tf.js'
import type { NewArm } from './arm.js'
import type { CohortOptions } from './cohort-options.js'
import { type CohortOutcome, trainCohort } from './train-cohort.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'umbra-failing-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const boom = (): never => {
  throw new TypeError('x is not a tensor')
}
type Failed = CohortOutcome['arms'][number]['failed']

/** Trains a bad arm beside a good one, which must be what it is alone; returns how the bad one failed. */
async function failureBeside(bad: NewArm, options: Partial<CohortOptions> = {}): Promise<Failed> {
  const numbers = ({ weights }: CohortOutcome['arms'][number]): number[][] =>
    [...weights.values()].map(({ data }) => [...data])
  const alone = await trainCohort(toyCohort([toyArm('good', ce())], {}, { folder: join(folder, 'alone') }))
  const { arms } = await trainCohort(toyCohort([bad, toyArm('good', ce())], {}, { folder, ...options }))
  expect(numbers(arms[1]!)).toEqual(numbers(alone.arms[0]!))
  expect(arms[1]!.final).toEqual(alone.arms[0]!.final)
  expect(arms[0]!.weights.size).toBe(0)
  return arms[0]!.failed
}

const withTerm = (
  term: (batch: Parameters<Objective['terms']>[0]) => unknown,
  rest: Partial<Objective> = {},
): Objective => ({
  weights: { ce: 1 },
  terms: (batch) => ({ terms: { ce: term(batch) as tf.Tensor1D } }),
  ...rest,
})

describe('an arm that fails ends alone', () => {
  it.each<readonly [string, Objective, string, string]>([
    [
      'in prepare',
      { ...ce(), prepare: boom },
      'UMBRA_METHOD',
      'the method threw TypeError: x is not a tensor',
    ],
    ['for want of a tap', { ...ce(), taps: { student: ['nowhere'] } }, 'UMBRA_TAP_UNKNOWN', 'tap "nowhere"'],
    ['in the first step', withTerm(boom), 'UMBRA_METHOD', 'x is not a tensor'],
    [
      'in feeds',
      { ...ce(), feeds: ({ step }) => (step > 2 ? boom() : {}) },
      'UMBRA_METHOD',
      'x is not a tensor',
    ],
    [
      'for no terms',
      { weights: { ce: 1 }, terms: () => undefined as never },
      'UMBRA_TERMS',
      'received nothing',
    ],
    [
      'for a term of another shape',
      withTerm(({ student }) => student.logits),
      'UMBRA_TERMS',
      'received [8, 3] float32',
    ],
    ['for a term that is a number', withTerm(() => 3), 'UMBRA_TERMS', '[8] float32, received 3'],
    [
      'for a term of whole numbers',
      withTerm(({ student }) => tf.argMax(student.logits, 1)),
      'UMBRA_TERMS',
      'received [8] int32',
    ],
    [
      'for a weight that is a text',
      { ...ce(), weights: { ce: '1' as never } },
      'UMBRA_TERMS',
      'received "1"',
    ],
    [
      'for a weight that is NaN',
      { ...ce(), weights: { ce: NaN } },
      'UMBRA_TERMS',
      'weight "ce" of method "bad"',
    ],
    ['for no weight', { ...ce(), weights: {} }, 'UMBRA_TERMS', 'a weight for at least one term'],
    [
      'for a scalar that is no number',
      { ...ce(), scalars: { temperature: Infinity } },
      'UMBRA_TERMS',
      'scalar "temperature" of method "bad": expected a finite number or a schedule, received Infinity',
    ],
  ])('%s', async (_, objective, code, reason) => {
    const failed = await failureBeside(toyArm('bad', objective))
    expect(failed).toMatchObject({ code, reason: expect.stringContaining(reason) as string })
    expect(Object.keys(failed!)).not.toContain('stack')
  })

  it('and leaves no tensor behind, whoever throws where', async () => {
    const train = async (objective: Objective, hooks: HookHandlers = {}): Promise<unknown> =>
      trainCohort(
        toyCohort(
          [{ ...toyArm('bad', objective), peer: toyModel }, toyArm('good', ce())],
          { epochs: 1 },
          {
            folder: mkdtempSync(join(folder, 'run-')),
            hooks: createHookRunner([{ name: 'p', hooks }]),
          },
        ),
      )
    await train(ce())
    const before = tf.memory().numTensors
    const carrying = { initial: (weights: TensorRecord) => weights, step: () => ({}) }
    for (const objective of [ce(), withTerm(boom), { ...ce(), prepare: boom }])
      for (const hooks of [
        { gradients: boom },
        { terms: boom },
        { weights: { ...carrying, initial: boom } },
        { weights: carrying, average: boom },
      ]) {
        await train(objective, hooks)
        expect(tf.memory().numTensors).toBe(before)
      }
  })

  it('when its student cannot be evaluated', async () => {
    class Moody extends tfl.layers.Layer {
      static className = 'Moody'
      override computeOutputShape(shape: tfl.Shape): tfl.Shape {
        return shape
      }
      override call(inputs: tf.Tensor | tf.Tensor[], { training }: { training?: boolean }): tf.Tensor {
        if (training !== true) return boom()
        return tf.clone(Array.isArray(inputs) ? inputs[0]! : inputs)
      }
    }
    const build = (): tfl.LayersModel => {
      const input = tfl.input({ shape: [6, 6, 1] })
      const flat = tfl.layers.flatten().apply(input)
      const logits = tfl.layers.dense({ units: 3, name: 'logits' }).apply(flat)
      return tfl.model({ inputs: input, outputs: new Moody({}).apply(logits) as tfl.SymbolicTensor })
    }
    const events: RunEvent[] = []
    const failed = await failureBeside(
      { ...toyArm('bad', ce()), model: build() },
      { listen: (event) => events.push(event) },
    )
    expect(failed).toMatchObject({ code: 'UMBRA_METHOD', epoch: 0 })
    const told = events.find((event) => event.type === 'arm-failed')
    expect(told?.stack).toContain('TypeError: x is not a tensor')
  })

  it('when its last step spoils its weights', async () => {
    const spoil: HookHandlers = {
      gradients: (gradients, { method, scalars }) => {
        if (method !== 'bad') return gradients
        // 0/0 in the last of twelve steps.
        const before = tf.sign(tf.sub(12, scalars.step!))
        const poison = tf.div(before, before)
        return Object.fromEntries(Object.entries(gradients).map(([name, one]) => [name, tf.mul(one, poison)]))
      },
    }
    const hooks = createHookRunner([{ name: 'p', hooks: spoil }])
    expect(await failureBeside(toyArm('bad', ce()), { hooks })).toMatchObject({
      code: 'UMBRA_DIVERGED',
      epoch: 1,
      reason: expect.stringMatching(/^weight ".*" is no longer finite after the last step \(NaN\)/) as string,
    })
  })
})

describe('an arm that is stopped', () => {
  it('stops an arm that diverges and leaves the others alone', async () => {
    const broken: Objective = {
      weights: { ce: 1 },
      terms: ({ student, labels, scalars }) => {
        // 0/0 from the fourth step on.
        const late = tf.sign(tf.relu(tf.sub(scalars.step!, 3)))
        const poison = tf.div(tf.sub(1, late), tf.sub(1, late))
        return { terms: { ce: tf.mul(crossEntropy(tf.logSoftmax(student.logits), labels), poison) } }
      },
    }
    const alone = await trainCohort(toyCohort([toyArm('ce', ce())]))
    const events: RunEvent[] = []
    const { arms } = await trainCohort(
      toyCohort([toyArm('bad', broken), toyArm('ce', ce())], {}, { listen: (event) => events.push(event) }),
    )
    expect(arms[0]!.failed).toMatchObject({ code: 'UMBRA_DIVERGED' })
    expect(arms[0]!.weights.size).toBe(0)
    expect(events.filter(({ type }) => type === 'arm-failed')).toHaveLength(1)
    expect([...arms[1]!.weights].map(([, { data }]) => [...data])).toEqual(
      [...alone.arms[0]!.weights].map(([, { data }]) => [...data]),
    )
  })

  it.each<[string, Objective, string, RegExp]>([
    [
      'a term that is not per example',
      { weights: { a: 1 }, terms: () => ({ terms: { a: tf.scalar(1) as never } }) },
      'UMBRA_TERMS',
      /\[8\].*\[\]/,
    ],
    ['terms without weights', { ...ce(), weights: { other: 1 } }, 'UMBRA_TERMS', /other.*ce/],
    [
      'a variable that gets no gradient',
      { ...ce(), prepare: () => ({ variables: { unused: tf.scalar(1) } }) },
      'UMBRA_GRADIENT',
      /"unused".*none/,
    ],
    [
      'an unknown tap',
      { ...ce(), taps: { student: ['stage7'] } },
      'UMBRA_TAP_UNKNOWN',
      /Did you mean "stage1"/,
    ],
    [
      'a prepare that throws',
      {
        ...ce(),
        prepare: () => {
          throw new TypeError('no such thing')
        },
      },
      'UMBRA_METHOD',
      /the method threw TypeError: no such thing/,
    ],
    [
      'feeds that throw after some steps',
      {
        ...ce(),
        feeds: ({ step }) => {
          if (step > 3) throw new RangeError('step 4')
          return {}
        },
      },
      'UMBRA_METHOD',
      /RangeError: step 4/,
    ],
  ])('stops an arm with %s, and leaves the others alone', async (_, objective, code, message) => {
    const events: RunEvent[] = []
    const listen = (event: RunEvent): void => void events.push(event)
    const alone = await trainCohort(toyCohort([toyArm('a', ce()), toyArm('b', ce(), 6)]))
    const arms = [toyArm('a', ce()), toyArm('bad', objective), toyArm('b', ce(), 6)]
    const outcome = await trainCohort(toyCohort(arms, {}, { listen }))
    const bad = outcome.arms[1]!
    expect(bad.failed).toMatchObject({ code, reason: expect.stringMatching(message) as string })
    expect(bad.weights.size).toBe(0)
    for (const arm of ['a', 'b']) expect(weightsOf(outcome, arm)).toEqual(weightsOf(alone, arm))
    expect(events).toContainEqual(expect.objectContaining({ type: 'arm-failed', arm: 'bad', code }))
  })

  it('stops an arm whose tap a teacher lacks, and no other', async () => {
    const teachers = [{ ...toyTeacher(), aliases: { stage1: 'relu' } }]
    const asking = (tap: string): Objective => ({ ...matching(), taps: { teacher: [tap] } })
    const arms = [toyArm('good', asking('stage1')), toyArm('bad', asking('stage7'))]
    const { arms: outcomes } = await trainCohort(toyCohort(arms, {}, { teachers }))
    expect(outcomes[0]?.failed).toBeUndefined()
    expect(outcomes[1]?.failed).toMatchObject({
      code: 'UMBRA_TAP_UNKNOWN',
      reason: expect.stringMatching(
        /tap "stage7" of teacher "toy" for arm "bad": .*Did you mean "stage1"/,
      ) as string,
    })
  })

  it('stops every arm when all fail', async () => {
    const broken: Objective = {
      ...ce(),
      prepare: () => {
        throw new Error('no')
      },
    }
    const { arms } = await trainCohort(toyCohort([toyArm('a', broken), toyArm('b', broken)]))
    expect(arms.map(({ failed }) => failed?.code)).toEqual(['UMBRA_METHOD', 'UMBRA_METHOD'])
  })

  it('finds whose fault it is when an engine refuses the step without saying so', async () => {
    const engine = eagerEngine()
    const picky: typeof engine = {
      ...engine,
      compile: (step, spec) => {
        const inputs = spec.examples?.[0] ?? {}
        if (Object.keys(inputs).includes('seed/bad')) throw new Error('cannot trace this')
        return engine.compile(step, spec)
      },
    }
    const arms = [toyArm('a', ce()), toyArm('bad', ce())]
    const { arms: outcomes } = await trainCohort(toyCohort(arms, {}, { engine: picky }))
    expect(outcomes.map(({ failed }) => failed?.reason)).toEqual([
      undefined,
      'the method threw Error: cannot trace this',
    ])
  })
})
