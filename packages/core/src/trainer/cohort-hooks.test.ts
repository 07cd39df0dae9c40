import '@tensorflow/tfjs-backend-cpu'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { toyArm, toyCohort } from '../../test/toy-cohort.js'
import type { RunEvent } from '../contracts/events.js'
import type { HookHandlers } from '../contracts/hooks.js'
import { createHookRunner, type HookRunner } from '../hooks/hook-runner.js'
import { crossEntropyObjective as ce } from '../objective/cross-entropy-objective.js'
import { tf } from '../tf.js'
import type { NewArm } from './arm.js'
import { type CohortOutcome, trainCohort } from './train-cohort.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'umbra-hooks-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Training goes on from checkpoints that are there: each run has a folder of its own. */
const fresh = (): string => mkdtempSync(join(folder, 'run-'))

const hooked = (...hooks: readonly HookHandlers[]): HookRunner =>
  createHookRunner(hooks.map((own, i) => ({ name: `plugin-${i}`, hooks: own })))

/** Mean of the initial weights and those after every step so far. */
const mean: HookHandlers = {
  weights: {
    initial: (weights) => weights,
    step: (weights, state, { step }) => ({
      state: Object.fromEntries(
        Object.entries(weights).map(([name, weight]) => {
          const before = state[name]!
          return [name, tf.add(before, tf.div(tf.sub(weight, before), tf.add(step, 1)))]
        }),
      ),
    }),
  },
  average: (state) => state,
}
const stopAfter = (epoch: number, method: string): HookHandlers => ({
  stop: (info) => (info.method === method && info.epoch >= epoch ? `epoch ${info.epoch}` : undefined),
})

type Numbers = Readonly<Record<string, readonly number[]>>
const numbers = (weights: CohortOutcome['arms'][number]['weights']): Numbers =>
  Object.fromEntries([...weights].map(([name, { data }]) => [name, [...data]]))
const armOf = ({ arms }: CohortOutcome, id: string): CohortOutcome['arms'][number] =>
  arms.find((arm) => arm.id === id)!

describe('the hook `weights`', () => {
  it('sees the weights after every step, and leaves them alone where it gives back none', async () => {
    const seen: number[][] = []
    const watch: HookHandlers = {
      weights: {
        step: (weights) => {
          seen.push([...weights['logits/bias']!.dataSync()])
          return {}
        },
      },
    }
    const plain = await trainCohort(toyCohort([toyArm('ce', ce())], {}, { folder: fresh() }))
    const watched = await trainCohort(
      toyCohort([toyArm('ce', ce())], {}, { folder: fresh(), hooks: hooked(watch) }),
    )
    expect(numbers(watched.arms[0]!.weights)).toEqual(numbers(plain.arms[0]!.weights))
    expect(seen).toHaveLength(12)
    expect(seen.at(-1)).toEqual(numbers(plain.arms[0]!.weights)['logits/bias'])
  })

  it('may change the weights, and the next one sees them changed', async () => {
    const zero: HookHandlers = {
      weights: { step: (weights) => ({ value: { 'logits/bias': tf.zerosLike(weights['logits/bias']!) } }) },
    }
    const seen: number[][] = []
    const watch: HookHandlers = {
      weights: {
        step: (weights) => {
          seen.push([...weights['logits/bias']!.dataSync()])
          return {}
        },
      },
    }
    const { arms } = await trainCohort(
      toyCohort([toyArm('ce', ce())], {}, { folder: fresh(), hooks: hooked(zero, watch) }),
    )
    expect(new Set(seen.flat())).toEqual(new Set([0]))
    expect(numbers(arms[0]!.weights)['logits/bias']).toEqual([0, 0, 0])
    expect(numbers(arms[0]!.weights)['logits/kernel']!.every((value) => value !== 0)).toBe(true)
  })

  it('stops the arm alone when it throws, naming hook and plugin', async () => {
    const bad: HookHandlers = {
      weights: {
        step: (_, __, { method }) => {
          if (method === 'bad') throw new RangeError('no')
          return {}
        },
      },
    }
    const { arms } = await trainCohort(
      toyCohort([toyArm('bad', ce()), toyArm('ce', ce())], {}, { folder: fresh(), hooks: hooked(bad) }),
    )
    expect(arms[0]!.failed).toMatchObject({
      code: 'UMBRA_HOOK',
      reason: 'hook "weights" of plugin "plugin-0" threw RangeError: no.',
    })
    expect(arms[1]!.failed).toBeUndefined()
  })
})

describe('the hook `average`', () => {
  it('is evaluated and returned beside the student, which stays as it was', async () => {
    const events: RunEvent[] = []
    const seen: Numbers[] = []
    const record: HookHandlers = {
      weights: {
        initial: (weights) => {
          seen.push(Object.fromEntries(Object.entries(weights).map(([n, w]) => [n, [...w.dataSync()]])))
          return {}
        },
        step: (weights) => {
          seen.push(Object.fromEntries(Object.entries(weights).map(([n, w]) => [n, [...w.dataSync()]])))
          return {}
        },
      },
    }
    const plain = await trainCohort(toyCohort([toyArm('ce', ce())], {}, { folder: fresh() }))
    const before = tf.memory().numTensors
    const outcome = await trainCohort(
      toyCohort(
        [toyArm('ce', ce())],
        {},
        { folder: fresh(), hooks: hooked(mean, record), listen: (e) => events.push(e) },
      ),
    )
    expect(tf.memory().numTensors).toBe(before)
    const [arm] = outcome.arms
    expect(numbers(arm!.weights)).toEqual(numbers(plain.arms[0]!.weights))
    expect(arm!.final).toEqual(plain.arms[0]!.final)
    expect(arm!.best).toEqual(plain.arms[0]!.best)
    expect(arm!.history.map(({ validation }) => validation)).toEqual(
      plain.arms[0]!.history.map(({ validation }) => validation),
    )
    expect(seen).toHaveLength(13)
    for (const [name, values] of Object.entries(numbers(arm!.averageWeights!)))
      values.forEach((value, i) => {
        const expected = seen.reduce((sum, weights) => sum + weights[name]![i]!, 0) / seen.length
        expect(value).toBeCloseTo(expected, 5)
      })
    const told = events.flatMap((e) => (e.type === 'average-evaluated' ? [[e.set, e.epoch, e.result]] : []))
    expect(told).toEqual([
      ['validation', 0, arm!.history[0]!.average],
      ['validation', 1, arm!.history[1]!.average],
      ['test', 1, arm!.average],
    ])
    expect(arm!.average!.loss).not.toBe(arm!.final!.loss)
  })

  it('may change some of the weights, and must keep to names and shapes', async () => {
    const some: HookHandlers = {
      average: (_, { weights }) => ({ ...weights, 'logits/bias': tf.zerosLike(weights['logits/bias']!) }),
    }
    const { arms } = await trainCohort(
      toyCohort([toyArm('ce', ce())], {}, { folder: fresh(), hooks: hooked(some) }),
    )
    const [own, average] = [numbers(arms[0]!.weights), numbers(arms[0]!.averageWeights!)]
    expect(average).toEqual({ ...own, 'logits/bias': [0, 0, 0] })
    const wrong: HookHandlers = { average: () => ({ 'logits/bias': tf.zeros([4]) }) }
    const steps: number[] = []
    const count: HookHandlers = { stepEnd: ({ step }) => void steps.push(step) }
    const { arms: failed } = await trainCohort(
      toyCohort([toyArm('ce', ce())], {}, { folder: fresh(), hooks: hooked(wrong, count) }),
    )
    expect(failed[0]!.failed).toEqual({
      code: 'UMBRA_HOOK',
      reason:
        'hook "average" of plugin "plugin-0": weight "logits/bias": expected a tensor [3] float32, received [4] float32.',
    })
    // Found before training.
    expect(steps).toEqual([])
  })
})

describe('the hook `stop`', () => {
  const arms = (): NewArm[] => [toyArm('a', ce()), toyArm('early', ce(), 6), toyArm('b', ce(), 7)]
  const recipe = { epochs: 4 }

  it('ends an arm as finished and leaves the others with the same bits', async () => {
    const events: RunEvent[] = []
    const asked: string[] = []
    const ask: HookHandlers = {
      stop: ({ arm, epoch, history }) => void asked.push(`${arm} ${epoch} ${history.length}`),
    }
    const whole = await trainCohort(toyCohort(arms(), recipe, { folder: fresh() }))
    const short = await trainCohort(
      toyCohort(arms(), { epochs: 2, schedule: { kind: 'constant' } }, { folder: fresh() }),
    )
    const constant = { ...recipe, schedule: { kind: 'constant' as const } }
    const stopped = await trainCohort(
      toyCohort(arms(), recipe, {
        folder: fresh(),
        hooks: hooked(ask, stopAfter(1, 'early')),
        listen: (event) => events.push(event),
      }),
    )
    for (const id of ['a', 'b']) {
      expect(numbers(armOf(stopped, id).weights)).toEqual(numbers(armOf(whole, id).weights))
      expect(armOf(stopped, id).history).toEqual(armOf(whole, id).history)
      expect(armOf(stopped, id).final).toEqual(armOf(whole, id).final)
      expect(armOf(stopped, id).stopped).toBeUndefined()
    }
    const early = armOf(stopped, 'early')
    expect(early.failed).toBeUndefined()
    expect(early.stopped).toEqual({ epoch: 1, reason: 'epoch 1' })
    expect(early.history).toEqual(armOf(whole, 'early').history.slice(0, 2))
    expect(early.final!.samples).toBe(30)
    expect(events.filter(({ type }) => type === 'arm-stopped')).toEqual([
      { type: 'arm-stopped', stage: 'toy', arm: 'early', epoch: 1, reason: 'epoch 1' },
    ])
    // After the last epoch nobody is asked.
    expect(asked.filter((text) => text.startsWith('a '))).toEqual(['a 0 1', 'a 1 2', 'a 2 3'])
    expect(asked.filter((text) => text.startsWith('early '))).toEqual(['early 0 1', 'early 1 2'])
    // Its weights are those it had when it ended.
    const kept = await trainCohort(
      toyCohort(arms(), constant, { folder: fresh(), hooks: hooked(stopAfter(1, 'early')) }),
    )
    expect(numbers(armOf(kept, 'early').weights)).toEqual(numbers(armOf(short, 'early').weights))
  })

  it('may end every arm', async () => {
    const steps: number[] = []
    const all: HookHandlers = { stop: () => 'enough', stepEnd: ({ step }) => void steps.push(step) }
    const outcome = await trainCohort(toyCohort(arms(), recipe, { folder: fresh(), hooks: hooked(all) }))
    expect(steps).toEqual([1, 2, 3, 4, 5, 6])
    for (const arm of outcome.arms) {
      expect(arm.stopped).toEqual({ epoch: 0, reason: 'enough' })
      expect(arm.bestEpoch!.epoch).toBe(0)
      expect(arm.bestWeights).toBeUndefined()
    }
  })

  it.each([3, 9, 12, 13, 15, 21])('gives the same bits when killed in step %i and resumed', async (at) => {
    const make = (): HookHandlers[] => [mean, stopAfter(1, 'early')]
    const options = { ...recipe, checkpointEvery: 2 }
    const whole = await trainCohort(
      toyCohort(arms(), options, { folder: join(folder, 'whole'), hooks: hooked(...make()) }),
    )
    const controller = new AbortController()
    const kill: HookHandlers = {
      stepEnd: ({ step }) => {
        if (step === at) controller.abort()
      },
    }
    const own = { folder: join(folder, 'cut') }
    const first = trainCohort(
      toyCohort(arms(), options, { ...own, hooks: hooked(...make(), kill), signal: controller.signal }),
    )
    await expect(first).rejects.toMatchObject({ code: 'UMBRA_INTERRUPTED' })
    const events: RunEvent[] = []
    const again = await trainCohort(
      toyCohort(arms(), options, {
        ...own,
        hooks: hooked(...make()),
        listen: (e) => events.push(e),
      }),
    )
    const start = events.find(({ type }) => type === 'stage-start')
    expect(start).toMatchObject({ done: at })
    for (const arm of whole.arms) {
      const other = armOf(again, arm.id)
      expect(numbers(other.weights)).toEqual(numbers(arm.weights))
      expect(numbers(other.averageWeights!)).toEqual(numbers(arm.averageWeights!))
      expect(other.history).toEqual(arm.history)
      expect(other.best).toEqual(arm.best)
      expect(other.stopped).toEqual(arm.stopped)
      expect(other.final).toEqual(arm.final)
    }
  })
})

it('tells the hooks of every step and evaluation, in order', async () => {
  const calls: string[] = []
  const hooks: HookHandlers = {
    stepEnd: ({ step, steps, epoch, arms }) =>
      void calls.push(`step ${step}/${steps} ${epoch} ${arms.join()}`),
    evaluationStart: ({ set, weights, epoch }) => void calls.push(`start ${set} ${weights} ${epoch}`),
    evaluated: ({ set, weights, epoch }) => void calls.push(`end ${set} ${weights} ${epoch}`),
    epochEnd: () => void calls.push('epoch'),
  }
  await trainCohort(
    toyCohort([toyArm('ce', ce())], { epochs: 1 }, { folder: fresh(), hooks: hooked(mean, hooks) }),
  )
  expect(calls).toEqual([
    ...[1, 2, 3, 4, 5, 6].map((step) => `step ${step}/6 0 ce`),
    'start validation student 0',
    'end validation student 0',
    'start validation average 0',
    'end validation average 0',
    'epoch',
    'start test student 0',
    'end test student 0',
    'start test average 0',
    'end test average 0',
  ])
})

describe('a hook in the traced step', () => {
  const failureWith = async (hooks: HookHandlers): Promise<CohortOutcome['arms'][number]['failed']> => {
    const { arms } = await trainCohort(
      toyCohort([toyArm('ce', ce())], {}, { folder: fresh(), hooks: hooked(hooks) }),
    )
    return arms[0]!.failed
  }
  const boom = (): never => {
    throw new TypeError('no')
  }

  it('is blamed, not the method, when it throws', async () => {
    expect(await failureWith({ terms: boom })).toEqual({
      code: 'UMBRA_HOOK',
      reason: 'hook "terms" of plugin "plugin-0" threw TypeError: no.',
      epoch: 0,
    })
  })

  it('is blamed, not the method, for terms and gradients of another shape', async () => {
    expect(await failureWith({ terms: ({ ce }) => ({ ce: tf.mean(ce!, 0, true) }) })).toMatchObject({
      code: 'UMBRA_HOOK',
      reason: expect.stringContaining(
        'term "ce": expected a tensor [8] float32, received [1] float32',
      ) as string,
    })
    const zeros: HookHandlers = { gradients: (all) => ({ ...all, 'student/logits/bias': tf.zeros([2]) }) }
    expect(await failureWith(zeros)).toMatchObject({
      code: 'UMBRA_HOOK',
      reason: expect.stringContaining(
        'hook "gradients" of plugin "plugin-0": gradient "student/logits/bias": expected a tensor [3] float32',
      ) as string,
    })
  })
})

it('keeps the figures of an evaluation from the hooks that are told them', async () => {
  const hooks: HookHandlers = {
    evaluated: ({ result }) => {
      try {
        Object.assign(result, { top1: 7 })
      } catch {
        // Frozen.
      }
    },
  }
  const told: unknown[] = []
  const listen = (event: RunEvent): void => {
    if (event.type !== 'evaluated') return
    try {
      Object.assign(event.result, { top1: 7 })
    } catch {
      told.push(event.set)
    }
  }
  const plain = await trainCohort(toyCohort([toyArm('ce', ce())], {}, { folder: fresh() }))
  const own = { folder: fresh(), hooks: hooked(hooks), listen }
  const cheated = await trainCohort(toyCohort([toyArm('ce', ce())], {}, own))
  expect(cheated.arms[0]!.final).toEqual(plain.arms[0]!.final)
  expect(cheated.arms[0]!.history).toEqual(plain.arms[0]!.history)
  expect(told).toEqual(['validation', 'validation', 'test'])
})
