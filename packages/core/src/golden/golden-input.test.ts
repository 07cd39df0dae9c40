import { useCpuBackend } from '@umbra/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { GoldenCase } from '../contracts/golden.js'
import { tf } from '../tf.js'
import { goldenHyper, goldenInput, goldenInputs, goldenLabels, goldenRepeats } from './golden-input.js'

beforeAll(useCpuBackend)

const golden = (over: Partial<GoldenCase> = {}): GoldenCase => ({
  method: 'any',
  id: 'any-01',
  name: '',
  check: 'loss',
  hyper: { T: 2 },
  inputs: {
    student_logits: tf.zeros([2, 3]),
    teacher_logits_0: tf.zeros([2, 3]),
    teacher_logits_1: tf.ones([2, 3]),
  },
  labels: [0, 2],
  ...over,
})
const within = <T>(check: () => T): T => {
  let result: T | undefined
  tf.tidy(() => {
    result = check()
  })
  return result!
}

describe('inputs of a golden case', () => {
  it('are found by name and by number', () => {
    within(() => {
      expect(goldenInput(golden(), 'student_logits').shape).toEqual([2, 3])
      expect(goldenInputs(golden(), 'teacher_logits_').map((x) => x.dataSync()[0])).toEqual([0, 1])
      expect(goldenInputs(golden(), 'teacher_logits_', 2)).toHaveLength(2)
    })
  })

  it.each<[string, () => unknown, string]>([
    ['one that is absent', () => goldenInput(golden(), 'theta'), '"theta"'],
    ['more than there should be', () => goldenInputs(golden(), 'teacher_logits_', 1), '1 inputs'],
    ['fewer than there should be', () => goldenInputs(golden(), 'teacher_logits_', 3), 'teacher_logits_2'],
    ['labels that are absent', () => goldenLabels({ ...golden(), labels: undefined } as never), 'labels'],
    ['labels for other examples', () => goldenLabels(golden({ labels: [0] })), '[1, classes]'],
    ['a label outside the classes', () => goldenLabels(golden({ labels: [0, 3] })), 'labels below 3'],
    ['a hyper-parameter too many', () => goldenHyper(golden(), z.strictObject({})), '"T"'],
    [
      'a count that is not that of the inputs',
      () => goldenRepeats(golden({ hyper: { K: 3 } }), 'K', 2),
      'K = 2',
    ],
  ])('refuse %s', (_what, read, told) => {
    within(() => expect(read).toThrow(told))
  })

  it('may repeat what the arrays say, or leave it out', () => {
    expect(() => goldenRepeats(golden({ hyper: { K: 2 } }), 'K', 2)).not.toThrow()
    expect(() => goldenRepeats(golden({ hyper: {} }), 'K', 2)).not.toThrow()
  })
})
