import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, expect, it } from 'vitest'
import { toyArm, toyCohort } from '../../test/toy-cohort.js'
import type { Objective } from '../contracts/objective.js'
import { crossEntropy } from '../losses/cross-entropy.js'
import { tf } from '../tf.js'
import { trainCohort } from './train-cohort.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

/** Learns from the labels; its other terms are what the clock says, one value an example. */
const watching: Objective = {
  weights: { ce: 1, step: 0, progress: 0, ramp: 0 },
  scalars: { ramp: { kind: 'linear', from: 0, to: 12 } },
  terms: ({ student, labels, scalars }) => {
    const ce = crossEntropy(tf.logSoftmax(student.logits), labels)
    const each = (scalar: keyof typeof scalars) =>
      tf.add<tf.Tensor1D>(tf.zerosLike(ce), scalars[scalar] ?? NaN)
    return { terms: { ce, step: each('step'), progress: each('progress'), ramp: each('ramp') } }
  },
}

it('tells the terms the step from one, and progress and schedules at its middle', async () => {
  const { arms } = await trainCohort(toyCohort([toyArm('watch', watching)], { epochs: 2 }))
  const means = arms[0]?.history.map(({ train: { terms } }) => [terms.step, terms.progress, terms.ramp]) ?? []
  // Six steps an epoch: means of 1 to 6, and of the middles 0.5 to 5.5 in parts of 12.
  expect(means).toHaveLength(2)
  for (const [epoch, [step, progress, ramp]] of means.entries()) {
    expect(step).toBeCloseTo(3.5 + 6 * epoch, 6)
    expect(progress).toBeCloseTo(0.25 + 0.5 * epoch, 6)
    expect(ramp).toBeCloseTo(3 + 6 * epoch, 6)
  }
})
