import '@tensorflow/tfjs-backend-cpu'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { type CheckpointStore, createCheckpointStore } from '../checkpoint/checkpoint-store.js'
import type { RunEvent } from '../contracts/events.js'
import type { Objective } from '../contracts/objective.js'
import { createHookRunner } from '../hooks/hook-runner.js'
import { crossEntropy } from '../losses/cross-entropy.js'
import { crossEntropyObjective as ce } from '../objective/cross-entropy-objective.js'
import { tf } from '../tf.js'
import { matching, toyArm, toyCohort, toyModel, toyTeacher, weightsOf } from '../../test/toy-cohort.js'
import type { NewArm } from './arm.js'
import { trainCohort } from './train-cohort.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
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
  const first = trainCohort(toyCohort(arms(), recipe, { teachers, folder, hooks, signal: controller.signal }))
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

it('keeps the weights of the best epoch over a resume', async () => {
  const recipe = { epochs: 8, optimiser: { kind: 'sgd' as const, lr: 2 } }
  const folder = mkdtempSync(join(tmpdir(), 'umbra-best-'))
  const whole = await trainCohort(toyCohort([toyArm('ce', ce())], recipe, { folder }))
  const again = await trainCohort(toyCohort([toyArm('ce', ce())], recipe, { folder }))
  expect(again.arms[0]!.best).toEqual(whole.arms[0]!.best)
  expect(again.arms[0]!.bestWeights!.size).toBeGreaterThan(0)
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
          tf.mul(feeds.signs as tf.Tensor1D, tf.mean(tf.square(tf.sub(student.logits, peers[0]!.logits)), 1)),
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
