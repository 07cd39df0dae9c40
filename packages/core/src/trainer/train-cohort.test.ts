import '@tensorflow/tfjs-backend-cpu'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { type CheckpointStore, createCheckpointStore } from '../checkpoint/checkpoint-store.js'
import type { RunEvent } from '../contracts/events.js'
import type { Objective } from '../contracts/objective.js'
import { createHookRunner } from '../hooks/hook-runner.js'
import { crossEntropy } from '../losses/cross-entropy.js'
import { crossEntropyObjective } from '../objective/cross-entropy-objective.js'
import { tf } from '../tf.js'
import { toyArm, toyCohort, toyModel, toyTeacher } from '../../test/toy-cohort.js'
import { eagerEngine } from '../testing/eager-engine.js'
import type { NewArm } from './arm.js'
import { type CohortOutcome, trainCohort } from './train-cohort.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const ce = crossEntropyObjective

/** Matches the teacher's logits; has a trained scale and a state that counts steps. */
const matching = (weight = 1): Objective => ({
  weights: { ce: 1, match: weight },
  scalars: { sharpness: { kind: 'linear', from: 1, to: 2 } },
  prepare: () => ({ variables: { scale: tf.scalar(0.5) }, state: { count: tf.zeros([1]) } }),
  terms: ({ student, teachers, labels, scalars }, variables, state) => ({
    terms: {
      ce: crossEntropy(tf.logSoftmax(student.logits), labels),
      match: tf.mean(
        tf.square(
          tf.sub(tf.mul(student.logits, variables.scale!), tf.mul(teachers[0]!.logits, scalars.sharpness!)),
        ),
        1,
      ),
    },
    state: { count: tf.add(state.count!, 1) },
  }),
})

const weightsOf = (outcome: CohortOutcome, arm: string): Record<string, number[]> =>
  Object.fromEntries(
    [...outcome.arms.find(({ id }) => id === arm)!.weights].map(([name, { data }]) => [name, [...data]]),
  )

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

  it.each([1, 5, 6, 7, 11])('ends with the same bits when aborted at step %i and resumed', async (at) => {
    const teachers = [toyTeacher()]
    const arms = (): ReturnType<typeof toyArm>[] => [toyArm('ce', ce()), toyArm('match', matching())]
    const recipe = { checkpointEvery: 4, augment: { crop: 1, flip: true } }
    const whole = await trainCohort(toyCohort(arms(), recipe, { teachers }))

    const folder = mkdtempSync(join(tmpdir(), 'umbra-resume-'))
    const controller = new AbortController()
    let steps = 0
    const hooks = createHookRunner([
      {
        name: 'counter',
        hooks: {
          terms: (terms) => {
            if (++steps === 2 * at) controller.abort()
            return terms
          },
        },
      },
    ])
    const first = trainCohort(
      toyCohort(arms(), recipe, { teachers, folder, hooks, signal: controller.signal }),
    )
    await expect(first).rejects.toMatchObject({ code: 'UMBRA_INTERRUPTED' })
    const resumed = await trainCohort(toyCohort(arms(), recipe, { teachers, folder }))
    for (const arm of ['ce', 'match']) expect(weightsOf(resumed, arm)).toEqual(weightsOf(whole, arm))
    expect(resumed.arms.map(({ history }) => history)).toEqual(whole.arms.map(({ history }) => history))
  })

  it('falls back to an older checkpoint when the newest is damaged', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'umbra-damaged-'))
    const recipe = { epochs: 3 }
    const whole = await trainCohort(toyCohort([toyArm('ce', ce())], recipe, { folder }))
    const [newest, older] = createCheckpointStore(join(folder, 'ce')).steps()
    expect([newest, older]).toEqual([18, 12])
    const file = join(folder, 'ce', 'checkpoint-18.safetensors')
    writeFileSync(file, readFileSync(file).subarray(0, -1))
    const events: RunEvent[] = []
    const again = await trainCohort(
      toyCohort([toyArm('ce', ce())], recipe, {
        folder,
        listen: (event) => events.push(event),
      }),
    )
    expect(events.find(({ type }) => type === 'stage-start')).toMatchObject({ done: 12 })
    expect(weightsOf(again, 'ce')).toEqual(weightsOf(whole, 'ce'))
  })

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

  it('keeps the weights of the best epoch over a resume', async () => {
    const recipe = { epochs: 8, optimiser: { kind: 'sgd' as const, lr: 2 } }
    const folder = mkdtempSync(join(tmpdir(), 'umbra-best-'))
    const whole = await trainCohort(toyCohort([toyArm('ce', ce())], recipe, { folder }))
    const again = await trainCohort(toyCohort([toyArm('ce', ce())], recipe, { folder }))
    expect(again.arms[0]!.best).toEqual(whole.arms[0]!.best)
    expect(again.arms[0]!.bestWeights!.size).toBeGreaterThan(0)
  })

  it('goes on when it was killed between the checkpoints of two arms that end an epoch', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'umbra-between-'))
    const arms = (): NewArm[] => [toyArm('first', ce()), toyArm('second', ce())]
    const whole = await trainCohort(toyCohort(arms()))
    const checkpoints = (arm: string): CheckpointStore => {
      const store = createCheckpointStore(join(folder, arm))
      const seen = new Set<number>()
      const save: CheckpointStore['save'] = async (checkpoint) => {
        // The second one of a step is that after the evaluation.
        if (arm === 'second' && seen.has(checkpoint.step)) throw new Error('killed')
        seen.add(checkpoint.step)
        await store.save(checkpoint)
      }
      return { ...store, save }
    }
    await expect(trainCohort(toyCohort(arms(), {}, { checkpoints }))).rejects.toThrow('killed')
    const again = await trainCohort(toyCohort(arms(), {}, { folder }))
    expect(again.arms.map(({ history }) => history)).toEqual(whole.arms.map(({ history }) => history))
  })

  it('without images held out has no curve and no best epoch, and still reads the test set at the end', async () => {
    const { train, test, shape, classes } = toyCohort([]).data
    const data = { train, shape, classes, ...(test === undefined ? {} : { test }) }
    const [arm] = (await trainCohort(toyCohort([toyArm('ce', ce())], {}, { data }))).arms
    expect(arm!.best).toBeUndefined()
    expect(arm!.history.map(({ validation }) => validation)).toEqual([undefined, undefined])
    expect(arm!.final!.samples).toBe(30)
  })

  it('trains peers beside the student, feeds host data, and resumes both to the same bits', async () => {
    // Mutual learning of two, with a random sign drawn on the host for each example.
    const mutual: Objective = {
      weights: { ce: 1, mutual: 1 },
      peers: 1,
      feeds: ({ ids, stream }) => ({
        signs: {
          shape: [ids.length],
          data: Float32Array.from(ids, (id) => (stream.uniform(id) < 0.5 ? -1 : 1)),
        },
      }),
      terms: ({ student, peers, labels, feeds }) => ({
        terms: {
          ce: crossEntropy(tf.logSoftmax(student.logits), labels),
          mutual: tf.add(
            crossEntropy(tf.logSoftmax(peers[0]!.logits), labels),
            tf.mul(
              feeds.signs as tf.Tensor1D,
              tf.mean(tf.square(tf.sub(student.logits, peers[0]!.logits)), 1),
            ),
          ),
        },
      }),
    }
    const arms = () => [{ ...toyArm('dml', mutual), peer: (i: number) => toyModel(100 + i) }]
    const folder = mkdtempSync(join(tmpdir(), 'umbra-peers-'))
    const before = tf.memory().numTensors
    const recipe = { epochs: 3, optimiser: { kind: 'sgd' as const, lr: 0.02 } }
    const whole = await trainCohort(toyCohort(arms(), recipe, { folder }))
    expect(tf.memory().numTensors).toBe(before)
    expect([...whole.arms[0]!.weights.keys()].every((name) => !name.startsWith('peer'))).toBe(true)
    // Without the last checkpoint the last epoch is trained again.
    for (const ending of ['json', 'safetensors']) rmSync(join(folder, 'dml', `checkpoint-18.${ending}`))
    const again = await trainCohort(toyCohort(arms(), recipe, { folder }))
    expect(weightsOf(again, 'dml')).toEqual(weightsOf(whole, 'dml'))
    expect(again.arms[0]!.history).toEqual(whole.arms[0]!.history)
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
