import { randomStream } from '@umbra/core'
import { describe, expect, it } from 'vitest'
import type {
  AffinityEvidence,
  ArmEvidence,
  MethodRole,
  StudyEvidence,
  TeacherEvidence,
} from '../evidence.js'
import { affinity } from './affinity.js'
import { allStatements } from './all-statements.js'
import { bootstrap } from './bootstrap.js'
import { cure } from './cure.js'
import { distinctness } from './distinctness.js'
import { mismatch } from './mismatch.js'
import { orderKept } from './order-kept.js'
import { chosenTemperatures, seedInterval } from './outcomes.js'
import { overConfidence } from './over-confidence.js'
import { rankCorrelation } from './rank-correlation.js'
import { riseAndFall } from './rise-and-fall.js'
import { variancePredicts } from './variance-predicts.js'

const SAMPLES = 600

/** Values around a level, independent between names. */
function around(level: number, noise: number, name: string): Float64Array {
  const stream = randomStream(1, name)
  return Float64Array.from({ length: SAMPLES }, (_, i) => level + noise * (stream.uniform(i) - 0.5))
}

interface Rung {
  readonly variance: number
  readonly noise?: number
  readonly rest?: number
  readonly ratio?: number
  /** A second training of the architecture before. */
  readonly again?: true
}

const ladder = (rungs: readonly Rung[], family = 'net'): TeacherEvidence[] =>
  rungs.map(({ variance, noise = 0.2 * variance, rest = 0.1, ratio = 1.5, again }, i) => {
    const label = `${family}${i + 1}`
    const size = again === true ? i : i + 1
    const derivedVariance = around(variance, noise, label)
    return {
      label,
      family,
      parameters: 1000 * size,
      architecture: `${family}-${size}`,
      sets: {
        test: {
          derivedVariance,
          asymmetricVariance: derivedVariance.map((v) => v * ratio),
          logRest: around(Math.log(rest), 0.1, `${label}-rest`),
          logInherentVariance: around(Math.log(variance) - 2 * Math.log(rest), 0.1, `${label}-iv`),
          trueProbability: around(1 - rest, 0.01, `${label}-p`),
        },
      },
    }
  })
const evidence = (over: Partial<StudyEvidence> = {}): StudyEvidence => ({
  temperature: 4,
  teachers: ladder([{ variance: 4 }, { variance: 3 }, { variance: 2 }, { variance: 1 }]),
  affinities: [],
  arms: [],
  methods: METHODS,
  ...over,
})
const METHODS: readonly MethodRole[] = [
  { label: 'ts-1', role: 'temperature', temperature: 1, sameWeights: true },
  { label: 'ts-4', role: 'temperature', temperature: 4, sameWeights: true },
  { label: 'ats', role: 'calibration', sameWeights: true },
  { label: 'isats', role: 'calibration', sameWeights: true },
  { label: 'power', role: 'enhancement', sameWeights: true },
]

/** Arms of one student; accuracy by teacher and method, with what each seed adds. */
const arms = (
  accuracy: (teacher: string, method: string, seed: number) => number | undefined,
  { seeds = [0, 1, 2], teachers = ['net1', 'net2', 'net3', 'net4'] } = {},
): ArmEvidence[] =>
  teachers.flatMap((teacher) =>
    METHODS.flatMap(({ label: method }) =>
      seeds.flatMap((seed) => {
        const test = accuracy(teacher, method, seed)
        return test === undefined ? [] : [{ student: 'small', teacher, method, seed, test, validation: test }]
      }),
    ),
  )
const wobble = [0, 0.004, -0.003]

describe('distinctness falls with capacity', () => {
  it('is supported where it falls', () => {
    const result = distinctness(evidence(), 'test')
    expect(result).toMatchObject({ outcome: 'supported', result: { value: -1 } })
  })
  it('is not supported where it rises', () => {
    const teachers = ladder([{ variance: 1 }, { variance: 2 }, { variance: 3 }])
    expect(distinctness(evidence({ teachers }), 'test')).toMatchObject({
      outcome: 'not supported',
      result: { value: 1 },
    })
  })
  it('is undecided where samples differ more than teachers, and with two capacities', () => {
    const teachers = ladder([2.02, 2.01, 2].map((variance) => ({ variance, noise: 3 })))
    expect(distinctness(evidence({ teachers }), 'test').outcome).toBe('undecided')
    const two = ladder([{ variance: 2 }, { variance: 1 }])
    expect(distinctness(evidence({ teachers: two }), 'test')).toMatchObject({ outcome: 'undecided' })
  })
  it('counts a second training as a chance to come out otherwise', () => {
    // One training of the second size is as distinct as the third size is not.
    const teachers = ladder([
      { variance: 3 },
      { variance: 2 },
      { variance: 0.5, again: true },
      { variance: 1 },
    ])
    const sized = teachers.map((t) =>
      t.label === 'net4' ? { ...t, parameters: 3000, architecture: 'net-3' } : t,
    )
    const { result } = distinctness(evidence({ teachers: sized }), 'test')
    expect(result!.low).toBe(-1)
    expect(result!.high).toBe(-0.5)
  })
  it('averages families', () => {
    const teachers = [
      ...ladder([{ variance: 3 }, { variance: 2 }, { variance: 1 }], 'a'),
      ...ladder([{ variance: 1 }, { variance: 2 }, { variance: 3 }], 'b'),
    ]
    expect(distinctness(evidence({ teachers }), 'test')).toMatchObject({
      outcome: 'not supported',
      result: { value: 0 },
    })
  })
})

describe('class affinity is kept', () => {
  const pair = (level: number, over: Partial<AffinityEvidence> = {}): AffinityEvidence => ({
    a: 'net1',
    b: 'net2',
    set: 'test',
    sameArchitecture: false,
    spearman: around(level, 0.3, `pair-${level}`),
    chance: 0.05,
    ...over,
  })
  const outcome = (...affinities: AffinityEvidence[]) => affinity(evidence({ affinities }), 'test').outcome
  it('is supported, not supported or undecided by the mean rho', () => {
    expect(outcome(pair(0.7), pair(0.6))).toBe('supported')
    expect(outcome(pair(0.3))).toBe('not supported')
    expect(outcome(pair(0.5))).toBe('undecided')
    expect(outcome()).toBe('undecided')
  })
  it('is measured against two trainings of one architecture where there are any', () => {
    const ceiling = pair(0.72, { sameArchitecture: true })
    expect(outcome(pair(0.68), ceiling)).toBe('supported')
    expect(outcome(pair(0.52), ceiling)).toBe('not supported')
  })
  it('is not supported where renamed classes agree as well', () => {
    expect(outcome(pair(0.6, { chance: 0.65 }))).toBe('not supported')
  })
  it('leaves samples without an order out', () => {
    const spearman = around(0.7, 0.1, 'gaps').map((v, i) => (i % 7 === 0 ? NaN : v))
    expect(outcome(pair(0.7, { spearman }))).toBe('supported')
  })
})

describe('variance rises, then falls', () => {
  const outcome = (...variances: readonly number[]) =>
    riseAndFall(evidence({ teachers: ladder(variances.map((variance) => ({ variance }))) }), 'test').outcome
  it.each([
    ['supported', [1, 2, 3, 2]],
    ['not supported', [4, 3, 2, 1]],
    ['not supported', [1, 2, 3]],
    ['undecided', [1, 2]],
    ['undecided', [1, 2, 2.001]],
  ] as const)('%s with %j', (expected, variances) => expect(outcome(...variances)).toBe(expected))
})

describe('confidence is the cause', () => {
  const outcome = (...rungs: Rung[]) => overConfidence(evidence({ teachers: ladder(rungs) }), 'test').outcome
  it('is supported where 1 - p_y explains the fall', () => {
    expect(outcome({ variance: 4, rest: 0.2 }, { variance: 1, rest: 0.1 })).toBe('supported')
  })
  it('is undecided where a few images explain the fall and the typical image says otherwise', () => {
    // A tenth of the images lost what room they had for wrong classes; all others gained a little.
    const [small, large] = ladder([
      { variance: 4, rest: 0.01 },
      { variance: 4, rest: 0.011 },
    ])
    const hard = (teacher: TeacherEvidence, rest: number): TeacherEvidence => ({
      ...teacher,
      sets: {
        test: {
          ...teacher.sets.test!,
          logRest: teacher.sets.test!.logRest.map((log, i) => (i % 10 === 0 ? Math.log(rest) : log)),
          logInherentVariance: small!.sets.test!.logInherentVariance,
        },
      },
    })
    const teachers = [hard(small!, 0.04), hard(large!, 0.035)]
    const { outcome: said, result } = overConfidence(evidence({ teachers }), 'test')
    expect(result!.low!).toBeGreaterThan(0.5)
    expect(said).toBe('undecided')
  })
  it('is not supported where the wrong classes themselves became alike', () => {
    expect(outcome({ variance: 4, rest: 0.1 }, { variance: 1, rest: 0.1 })).toBe('not supported')
  })
  it('is undecided where nothing fell', () => {
    expect(outcome({ variance: 1, rest: 0.2 }, { variance: 1, rest: 0.2 })).toBe('undecided')
    expect(outcome({ variance: 1, rest: 0.2 }, { variance: 2, rest: 0.1 })).toBe('undecided')
  })
})

describe('temperatures are chosen on validation', () => {
  it('one for all teachers and one for each, never by the test set', () => {
    const trained = arms((teacher, method, seed) => {
      if (method === 'ts-1') return teacher === 'net1' ? 0.9 : 0.5 + wobble[seed]!
      return method === 'ts-4' ? 0.7 : undefined
    }).map((arm) => ({ ...arm, test: arm.method === 'ts-1' ? 1 : 0 }))
    const temperatures = chosenTemperatures(evidence({ arms: trained }), 'small')!
    expect(temperatures.global).toBe('ts-4')
    expect([...temperatures.perTeacher]).toEqual([
      ['net1', 'ts-1'],
      ['net2', 'ts-4'],
      ['net3', 'ts-4'],
      ['net4', 'ts-4'],
    ])
  })
  it('not at all where nothing was held out', () => {
    const blind = arms(() => 0.5).map(({ validation, ...arm }) => (expect(validation).toBe(0.5), arm))
    expect(chosenTemperatures(evidence({ arms: blind }), 'small')).toBeUndefined()
    expect(
      allStatements(evidence({ arms: blind }))
        .slice(-3)
        .map(({ outcome }) => outcome),
    ).toEqual(['undecided', 'undecided', 'undecided'])
  })
})

describe('capacity mismatch', () => {
  const outcome = (largest: (seed: number) => number, options = {}) =>
    mismatch(
      evidence({
        arms: arms(
          (teacher, _, seed) => (teacher === 'net4' ? largest(seed) : teacher === 'net2' ? 0.7 : 0.6),
          options,
        ),
      }),
    )
  it('is supported, not supported or undecided by the paired difference to the best smaller teacher', () => {
    expect(outcome((seed) => 0.67 + wobble[seed]!)).toMatchObject({ outcome: 'supported' })
    expect(outcome((seed) => 0.73 + wobble[seed]!)).toMatchObject({ outcome: 'not supported' })
    expect(outcome((seed) => 0.7 + wobble[seed]!)).toMatchObject({ outcome: 'undecided' })
    expect(outcome(() => 0.6, { seeds: [0] })).toMatchObject({ outcome: 'undecided' })
    expect(outcome(() => 0.67).result!.value).toBeCloseTo(-0.03, 12)
  })
})

describe('cures', () => {
  const base = (method: string, seed: number, gain: Readonly<Record<string, number>>) =>
    0.7 + (gain[method] ?? 0) + (method.startsWith('ts') ? 0 : wobble[seed]! / 4)
  const outcome = (gain: Readonly<Record<string, number>>, role: 'calibration' | 'enhancement') =>
    cure(evidence({ arms: arms((_, method, seed) => base(method, seed, gain)) }), role)
  it('help where one method gains for certain', () => {
    expect(outcome({ ats: 0.03 }, 'calibration')).toMatchObject({ outcome: 'supported' })
    expect(outcome({ ats: -0.03, isats: -0.03 }, 'calibration')).toMatchObject({ outcome: 'not supported' })
    expect(outcome({ ats: -0.03 }, 'calibration')).toMatchObject({ outcome: 'undecided' })
    expect(outcome({ power: 0.03 }, 'enhancement')).toMatchObject({ outcome: 'supported' })
  })
  it('share the 5 % where they are several', () => {
    const values = [0.01, 0.02, 0.03]
    expect(seedInterval(values, 2)!.low!).toBeLessThan(seedInterval(values)!.low!)
    // 0.02 -/+ t(0.975, 2) * 0.01 / sqrt 3
    expect(seedInterval(values)!.low!).toBeCloseTo(0.02 - (4.302652729911275 * 0.01) / Math.sqrt(3), 10)
    expect(seedInterval([0.1])).toEqual({ value: 0.1 })
    expect(seedInterval([0.25, 0.25, 0.25])).toEqual({ value: 0.25 })
    expect(seedInterval([])).toBeUndefined()
  })
})

describe('order kept without harm', () => {
  const outcome = (gain: number, ratio = 1.5) =>
    orderKept(
      evidence({
        teachers: ladder([4, 3, 2, 1].map((variance) => ({ variance, ratio }))),
        arms: arms((_, method, seed) => 0.7 + (method === 'ats' ? gain + wobble[seed]! / 4 : 0)),
      }),
      'test',
    ).outcome
  it.each([
    ['supported', 0, 1.5],
    ['not supported', -0.02, 1.5],
    ['not supported', 0.02, 0.9],
    ['undecided', -0.005, 1.5],
  ] as const)('%s with a gain of %d and a variance ratio of %d', (expected, gain, ratio) =>
    expect(outcome(gain, ratio)).toBe(expected),
  )
  it('is undecided on measures alone', () => {
    expect(orderKept(evidence(), 'test').outcome).toBe('undecided')
  })
})

describe('variance predicts', () => {
  const outcome = (accuracy: Readonly<Record<string, number>>, options = {}) =>
    variancePredicts(
      evidence({ arms: arms((teacher, _, seed) => accuracy[teacher]! + wobble[seed]!, options) }),
      'test',
    )
  it('is supported, not supported or undecided by rank correlation over teachers', () => {
    expect(outcome({ net1: 0.8, net2: 0.75, net3: 0.7, net4: 0.65 })).toMatchObject({
      outcome: 'supported',
      result: { value: 1 },
    })
    expect(outcome({ net1: 0.6, net2: 0.65, net3: 0.7, net4: 0.75 })).toMatchObject({
      outcome: 'not supported',
      result: { value: -1 },
    })
    expect(outcome({ net1: 0.8, net2: 0.75, net3: 0.7, net4: 0.65 }, { seeds: [0] }).outcome).toBe(
      'undecided',
    )
    expect(
      outcome({ net1: 0.8, net2: 0.75, net3: 0.7 }, { teachers: ['net1', 'net2', 'net3'] }).outcome,
    ).toBe('undecided')
  })
})

describe('statistics', () => {
  it('rank correlation shares ranks between ties', () => {
    expect(rankCorrelation([1, 2, 3, 4], [1, 3, 3, 9])).toBeCloseTo(0.9486832980505138, 12)
    expect(rankCorrelation([1, 2], [3, 3])).toBeNaN()
    expect(rankCorrelation([1], [1])).toBeNaN()
  })
  it('the bootstrap interval of a mean is about 1.96 standard errors wide, and the same again', () => {
    const values = around(0, 1, 'plain')
    let calls = 0
    const run = () => bootstrap({ quantities: [[values]], statistic: ([mean]) => mean! })
    const { value, low, high } = run()
    const error = 1 / Math.sqrt(12 * SAMPLES)
    expect(value).toBeCloseTo(values.reduce((s, v) => s + v, 0) / SAMPLES, 12)
    expect((high! - low!) / (2 * 1.96 * error)).toBeGreaterThan(0.85)
    expect((high! - low!) / (2 * 1.96 * error)).toBeLessThan(1.25)
    expect(run()).toEqual({ value, low, high })
    // Nothing is said of a statistic that is mostly not a number.
    const odd = bootstrap({ quantities: [[values]], statistic: () => (calls++ % 3 === 0 ? 1 : NaN) })
    expect(Object.keys(odd)).toEqual(['value'])
    expect(bootstrap({ quantities: [[Float64Array.of(3)]], statistic: ([mean]) => mean! })).toEqual({
      value: 3,
    })
  })
})

describe('bootstrap groups', () => {
  // Two things with two trainings each, of which one is far above the other.
  const trainings = [new Float64Array(SAMPLES).fill(1), new Float64Array(SAMPLES).fill(5)]
  const gap = (groups?: readonly number[]) =>
    bootstrap({
      quantities: [trainings, trainings],
      statistic: ([a, b]) => a! - b!,
      ...(groups === undefined ? {} : { groups }),
    })

  it('draw the same training for all things of a network, and each its own otherwise', () => {
    expect(gap([0, 0])).toEqual({ value: 0, low: 0, high: 0 })
    expect(gap()).toEqual({ value: 0, low: -4, high: 4 })
  })
})

describe('allStatements', () => {
  it('says all nine, whichever way they come out, each with its rule', () => {
    const statements = allStatements(evidence())
    expect(statements.map(({ id }) => id)).toEqual([
      'distinctness',
      'affinity',
      'rise-and-fall',
      'variance-predicts',
      'order-kept',
      'over-confidence',
      'mismatch',
      'calibration',
      'enhancement',
    ])
    for (const { rule, evidence: seen } of statements) {
      expect(rule).toMatch(/^Supported when/)
      expect(seen.length).toBeGreaterThan(0)
    }
  })
})
