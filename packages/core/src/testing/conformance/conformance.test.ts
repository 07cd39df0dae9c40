import type { Tensor2D } from '@tensorflow/tfjs-core'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { defineMethod } from '../../contracts/method.js'
import { defineEnhancement, defineSoftening } from '../../contracts/parts.js'
import { definePlugin } from '../../contracts/plugin.js'
import { detach } from '../../tensor-ops/detach.js'
import { tf } from '../../tf.js'
import { assertConforms } from './assert-conforms.js'
import { checkMethod } from './check-method.js'
import { checkPart } from './check-part.js'
import { conformance, conformanceSubjects } from './conformance.js'

beforeAll(useCpuBackend)

/** Squared difference of logits: it is not shift invariant, and says so or not. */
const matching = (factor: (x: Tensor2D) => Tensor2D = (x) => x) =>
  defineMethod({
    id: 'matching',
    title: 'Matching',
    summary: 'Squared difference of logits.',
    formula: 'weight * mean (z_s - z_t)^2',
    teachers: { min: 1, max: 1 },
    options: z.strictObject({ weight: z.number().min(0).default(1).describe('Weight') }),
    objective: ({ weight }) => ({
      weights: { match: weight },
      terms: ({ student, teachers }) => ({
        terms: { match: tf.mean(tf.squaredDifference(factor(student.logits), teachers[0]!.logits), 1) },
      }),
    }),
  })

const plugin = definePlugin({ name: 'own', version: '1.0.0', contract: 1, provides: [matching()] })
const laws = { matching: { shifted: ['match'], identity: ['match'] } }

describe('assertConforms', () => {
  it('returns the verdicts where all is well, laws given beside the definition included', () => {
    const verdicts = assertConforms(plugin, { laws })
    expect(verdicts.map(({ status }) => status)).not.toContain('failed')
    expect(verdicts.find(({ check }) => check === 'identity')).toMatchObject({ status: 'passed' })
    expect(verdicts.find(({ check }) => check === 'pull')).toMatchObject({ status: 'not applicable' })
  })

  it('throws with the sentence of every failed check', () => {
    expect(() => assertConforms(plugin)).toThrow(
      expect.objectContaining({
        code: 'UMBRA_CONFORMANCE',
        message: expect.stringMatching(
          /method "matching", shift: Term "match" must not change .* laws\.shifted/s,
        ) as string,
      }),
    )
  })

  it('holds one definition alone where it is told which, and offers those there are', () => {
    const idle = { ...matching(), id: 'idle' }
    const two = { ...plugin, provides: [matching(), idle] }
    expect(conformanceSubjects(two)).toEqual(['method/matching', 'method/idle'])
    const verdicts = conformance(two, { only: 'method/idle' })
    expect(new Set(verdicts.map(({ subject }) => subject))).toEqual(new Set(['method "idle"']))
    expect(() => conformance(two, { only: 'method/idel' })).toThrow(/method\/idel.*method\/idle/s)
  })

  it('holds a definition to more sets of options, which the subject names', () => {
    const cases = { 'method/matching': [{ options: { weight: 3 } }] }
    const subjects = new Set(conformance(plugin, { laws, cases }).map(({ subject }) => subject))
    expect([...subjects]).toEqual(['method "matching"', 'method "matching" with {"weight":3}'])
  })
})

describe('checkMethod', () => {
  it('asks for the cpu backend', async () => {
    tf.registerBackend('other', () => tf.findBackend('cpu'))
    await tf.setBackend('other')
    const check = () => checkMethod(matching())
    try {
      expect(check).toThrow(expect.objectContaining({ code: 'UMBRA_ENGINE_UNAVAILABLE' }))
    } finally {
      await tf.setBackend('cpu')
    }
  })

  it('leaves no tensor behind', () => {
    const before = tf.memory().numTensors
    checkMethod(matching())
    expect(tf.memory().numTensors).toBe(before)
  })

  it('makes only the checks asked for', () => {
    expect(checkMethod(matching(), { only: ['terms', 'resume'] }).map(({ check }) => check)).toEqual([
      'terms',
      'resume',
    ])
  })

  it('takes what is detached as constant when it differentiates', () => {
    const scaled = matching((x) => tf.mul(x, detach(tf.max(x, 1, true))))
    expect(checkMethod(scaled, { only: ['gradients'] })).toMatchObject([{ status: 'passed' }])
  })

  it('finds a gradient that is off by a hundredth of one variable among many', () => {
    const nearly = tf.customGrad<Tensor2D>((x) => ({
      value: (x as Tensor2D).clone(),
      gradFunc: (dy: tf.Tensor) => tf.mul(dy, 1.01),
    }))
    const many = defineMethod({
      ...matching(),
      objective: () => ({
        weights: { match: 1 },
        prepare: () => ({
          variables: Object.fromEntries(
            Array.from({ length: 40 }, (_, i) => [`scale${i}`, tf.fill([1, 5], 0.1 + i / 40)]),
          ),
        }),
        terms: ({ student }, variables) => {
          const scales = Object.values(variables).map((v, i) => (i === 17 ? nearly(v) : v)) as Tensor2D[]
          const all = tf.sum(tf.square(tf.mul(student.logits, tf.addN(scales))), 1)
          return { terms: { match: all as tf.Tensor1D } }
        },
      }),
    })
    const [verdict] = checkMethod(many, { only: ['gradients'] })
    expect(verdict).toMatchObject({ status: 'failed' })
    expect(verdict!.sentence).toContain('variable.scale17')
  })

  it('names what a method throws', () => {
    const broken = defineMethod({
      ...matching(),
      objective: () => {
        throw new Error('no such tap')
      },
    })
    expect(checkMethod(broken, { only: ['terms'] })[0]).toMatchObject({
      status: 'failed',
      sentence: expect.stringContaining('no such tap') as string,
    })
  })
})

describe('checkPart', () => {
  const none = z.strictObject({})
  const softened = (log: (logits: Tensor2D) => Tensor2D, scale = 1) =>
    defineSoftening({
      id: 'own',
      summary: 'Softmax.',
      options: none,
      create: () => ({
        apply: (logits) => {
          const probabilities = tf.mul<Tensor2D>(tf.softmax(logits), scale)
          return { probabilities, logProbabilities: log(logits) }
        },
      }),
    })

  it('passes a softmax with its logarithm', () => {
    const verdicts = checkPart(softened((z) => tf.logSoftmax(z)))
    expect(verdicts.map(({ status }) => status)).toEqual(['passed', 'passed', 'passed', 'passed'])
  })

  it.each([
    ['the logarithm of a softmax', softened((z) => tf.log(tf.softmax(z))), /underflows/],
    ['probabilities that do not sum to 1', softened((z) => tf.logSoftmax(z), 0.9), /sum to 0\.9/],
    ['the logarithms of others', softened((z) => tf.logSoftmax(tf.mul(z, 2))), /must be the logarithms/],
  ])('finds %s', (_, definition, sentence) => {
    const mass = checkPart(definition).find(({ check }) => check === 'mass')!
    expect(mass).toMatchObject({ status: 'failed' })
    expect(mass.sentence).toMatch(sentence)
  })

  it('finds an enhancement that remembers', () => {
    let calls = 0
    const remembering = defineEnhancement({
      id: 'own',
      summary: 'Counts.',
      options: none,
      create: () => ({
        apply: ({ logProbabilities }) => {
          const sharper: Tensor2D = tf.logSoftmax(tf.mul(logProbabilities, 1 + ++calls / 10))
          return { logProbabilities: sharper, probabilities: tf.exp(sharper) }
        },
      }),
    })
    expect(checkPart(remembering).find(({ check }) => check === 'purity')).toMatchObject({
      status: 'failed',
      sentence: expect.stringContaining('kept between calls') as string,
    })
  })
})
