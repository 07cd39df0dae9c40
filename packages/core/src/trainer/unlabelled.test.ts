import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, expect, it } from 'vitest'
import type { ImageSet } from '../contracts/dataset.js'
import { crossEntropy } from '../losses/cross-entropy.js'
import { crossEntropyObjective } from '../objective/cross-entropy-objective.js'
import { objective } from '../objective/objective.js'
import { tf } from '../tf.js'
import { toyArm, toyCohort } from '../../test/toy-cohort.js'
import { toyImages } from '@umbra/testing'
import { trainCohort } from './train-cohort.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

/** A set in which every second example has no label. */
function halfLabelled(): ImageSet {
  const { images, labels, count } = toyImages(40)
  return { images, labels: labels.map((label, i) => (i % 2 === 0 ? label : -1)), count }
}

it('trains on the labels that are there', async () => {
  const data = { ...toyCohort([]).data, train: halfLabelled() }
  const { arms } = await trainCohort(
    toyCohort([toyArm('ce', crossEntropyObjective())], { epochs: 12 }, { data }),
  )
  const [arm] = arms
  expect(arm?.failed).toBeUndefined()
  const last = arm?.history.at(-1)?.train
  expect(last?.loss).toBeLessThan(0.7)
  // Among the labelled examples: counted over all it could not be more than about a half.
  expect(last?.accuracy).toBeGreaterThan(0.75)
})

it('refuses a method that needs a class for every example', async () => {
  const hard = objective({
    labels: 'hard',
    weights: { ce: 1 },
    terms: ({ student, labels }) => ({ ce: crossEntropy(tf.logSoftmax(student.logits), labels) }),
  })
  const data = { ...toyCohort([]).data, train: halfLabelled() }
  const arms = [toyArm('hard', hard), toyArm('ce', crossEntropyObjective())]
  const outcome = await trainCohort(toyCohort(arms, { epochs: 1 }, { data }))
  expect(outcome.arms.map(({ failed }) => failed?.code)).toEqual(['UMBRA_LABELS', undefined])
  expect(outcome.arms[0]?.failed?.reason).toContain('20 of 40 without a label')
})
