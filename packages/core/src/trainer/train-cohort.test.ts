import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import type { RunEvent } from '../contracts/events.js'
import type { Objective } from '../contracts/objective.js'
import { createHookRunner } from '../hooks/hook-runner.js'
import { crossEntropyObjective as ce } from '../objective/cross-entropy-objective.js'
import { tf } from '../tf.js'
import { matching, toyArm, toyCohort, toyTeacher, weightsOf } from '../../test/toy-cohort.js'
import { trainCohort } from './train-cohort.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

describe('trainCohort', () => {
  it('learns, and reports terms, evaluations and progress', async () => {
    const events: RunEvent[] = []
    const options = toyCohort([toyArm('ce', ce())], { epochs: 8 }, { listen: (event) => events.push(event) })
    const { arms } = await trainCohort(options)
    const { history, final } = arms[0]!
    expect(history).toHaveLength(8)
    expect(history.at(-1)!.train.loss).toBeLessThan(0.6 * history[0]!.train.loss)
    expect(history[0]!.train.terms.ce).toBeCloseTo(history[0]!.train.loss, 10)
    expect(final!.top1).toBeGreaterThan(0.8)
    expect(history.at(-1)!.train.weights).toEqual({ ce: 1 })
    const steps = events.filter((event) => event.type === 'step')
    expect(steps.at(-1)).toMatchObject({ step: 48, steps: 48, secondsLeft: 0 })
    const sets = events.flatMap((event) => (event.type === 'evaluated' ? event.set : []))
    expect(sets.slice(0, 8)).toEqual(new Array(8).fill('validation'))
  })

  it('gives an arm the same weights alone and beside others', async () => {
    const teachers = [toyTeacher()]
    const alone = await trainCohort(toyCohort([toyArm('match', matching())], {}, { teachers }))
    const beside = await trainCohort(
      toyCohort([toyArm('ce', ce()), toyArm('match', matching())], {}, { teachers }),
    )
    expect(weightsOf(beside, 'match')).toEqual(weightsOf(alone, 'match'))
    expect(weightsOf(beside, 'ce')).not.toEqual(weightsOf(alone, 'match'))
  })

  it('asks a teacher once a batch, however many arms there are, and leaves it as it was', async () => {
    const teacher = toyTeacher()
    const before = teacher.model.getWeights().map((weight) => [...weight.dataSync()])
    let calls = 0
    const conv = teacher.model.getLayer('conv')
    const call = conv.call.bind(conv)
    conv.call = (inputs, kwargs) => {
      calls += 1
      return call(inputs, kwargs)
    }
    const arms = [toyArm('ce', ce()), toyArm('a', matching()), toyArm('b', matching(2))]
    await trainCohort(toyCohort(arms, { epochs: 1 }, { teachers: [teacher] }))
    expect(calls).toBe(6)
    expect(teacher.model.getWeights().map((weight) => [...weight.dataSync()])).toEqual(before)
  })

  it('keeps the number of tensors constant from step to step and leaves none behind', async () => {
    const teachers = [toyTeacher()]
    const before = tf.memory().numTensors
    const counts: number[] = []
    const listen = (event: RunEvent): void => {
      if (event.type === 'checkpoint') counts.push(tf.memory().numTensors)
    }
    const arms = [toyArm('ce', ce()), toyArm('match', matching())]
    await trainCohort(toyCohort(arms, { epochs: 3 }, { teachers, listen }))
    expect(counts.length).toBeGreaterThanOrEqual(6)
    expect(new Set(counts).size).toBe(1)
    expect(tf.memory().numTensors).toBe(before)
  })

  it('runs the hooks of plugins in order, in the step too', async () => {
    const calls: string[] = []
    const hooks = createHookRunner([
      {
        name: 'doubler',
        hooks: {
          recipe: (recipe) => ({ ...recipe, epochs: 1 }),
          terms: ({ ce }) => ({ ce: tf.mul(ce!, 2) }),
          gradients: (gradients) =>
            Object.fromEntries(Object.entries(gradients).map(([k, g]) => [k, tf.div(g, 2)])),
          stageStart: () => void calls.push('start'),
          epochEnd: () => void calls.push('epoch'),
          stageEnd: () => void calls.push('end'),
        },
      },
    ])
    const plain = await trainCohort(
      toyCohort([toyArm('ce', ce())], { epochs: 1, optimiser: { kind: 'sgd' } }),
    )
    const hooked = await trainCohort(
      toyCohort([toyArm('ce', ce())], { optimiser: { kind: 'sgd' } }, { hooks }),
    )
    expect(calls).toEqual(['start', 'epoch', 'end'])
    expect(hooked.arms[0]!.history[0]!.train.loss).toBeCloseTo(2 * plain.arms[0]!.history[0]!.train.loss, 4)
    const [a, b] = [plain, hooked].map((outcome) => Object.values(weightsOf(outcome, 'ce')).flat())
    a!.forEach((value, i) => expect(b![i]).toBeCloseTo(value, 4))
  })

  it('chooses the best epoch on validation and reads the test set once, at the end', async () => {
    const { data } = toyCohort([])
    let reads = 0
    const test = {
      ...data.test!,
      get images() {
        reads += 1
        return data.test!.images
      },
    }
    const events: (RunEvent & { readonly type: 'evaluated' })[] = []
    const listen = (event: RunEvent): void => {
      if (event.type === 'evaluated') events.push(event)
      if (event.type === 'evaluated' && event.set === 'validation') expect(reads).toBe(0)
    }
    // Big steps: the last epoch is not the best.
    const recipe = { epochs: 8, optimiser: { kind: 'sgd' as const, lr: 2 } }
    const run = toyCohort([toyArm('ce', ce())], recipe, { data: { ...data, test }, listen })
    const [arm] = (await trainCohort(run)).arms
    const curve = arm!.history.map(({ validation }) => validation!)
    const { epoch, validation } = arm!.bestEpoch!
    expect(Math.max(...curve.map(({ top1 }) => top1))).toBe(validation.top1)
    expect(curve[epoch]).toEqual(validation)
    expect(epoch).toBeLessThan(7)
    expect([...arm!.bestWeights!.keys()]).toEqual([...arm!.weights.keys()])
    expect(events.slice(-2).map((event) => [event.set, event.epoch])).toEqual([
      ['test', 7],
      ['test', epoch],
    ])
    expect(arm!.best).toEqual(events.at(-1)!.result)
    expect(arm!.final).toEqual(events.at(-2)!.result)
  })

  it('without images held out has no curve and no best epoch, and still reads the test set at the end', async () => {
    const { train, test, shape, classes } = toyCohort([]).data
    const data = { train, shape, classes, ...(test === undefined ? {} : { test }) }
    const [arm] = (await trainCohort(toyCohort([toyArm('ce', ce())], {}, { data }))).arms
    expect(arm!.best).toBeUndefined()
    expect(arm!.history.map(({ validation }) => validation)).toEqual([undefined, undefined])
    expect(arm!.final!.samples).toBe(30)
  })

  it('takes a state that is handed back unchanged', async () => {
    const idle: Objective = {
      ...ce(),
      prepare: () => ({ state: { bank: tf.ones([4]) } }),
      terms: (batch, variables, state) => ({
        ...ce().terms(batch, variables, state),
        state: { bank: state.bank! },
      }),
    }
    const { arms } = await trainCohort(toyCohort([toyArm('idle', idle)]))
    expect(arms[0]!.final!.top1).toBeGreaterThan(0)
  })

  it('gives an arm only the teachers that are its own', async () => {
    const teachers = [toyTeacher(1), toyTeacher(2)]
    const alone = await trainCohort(toyCohort([toyArm('m', matching())], {}, { teachers: [teachers[1]!] }))
    const second = { ...toyArm('m', matching()), teachers: [1] }
    const chosen = await trainCohort(toyCohort([second, toyArm('ce', ce())], {}, { teachers }))
    expect(weightsOf(chosen, 'm')).toEqual(weightsOf(alone, 'm'))
  })

  it('refuses a batch larger than the training set, and a teacher of other classes', async () => {
    await expect(trainCohort(toyCohort([toyArm('ce', ce())], { batch: 51 }))).rejects.toMatchObject({
      code: 'UMBRA_CONFIG',
    })
    const data = { ...toyCohort([]).data, classes: 4 }
    const run = toyCohort([toyArm('ce', ce())], {}, { data, teachers: [toyTeacher()] })
    await expect(trainCohort(run)).rejects.toMatchObject({ code: 'UMBRA_CLASSES' })
  })
})
