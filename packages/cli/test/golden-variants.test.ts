import { listEngines } from '@umbra/engine'
import { describe, expect, it } from 'vitest'
import * as features from './golden-variants/feature-variants.js'
import * as logits from './golden-variants/logit-variants.js'
import { type Variant, makeCase } from './golden-variants/make-case.js'
import * as memories from './golden-variants/memory-variants.js'
import * as measures from './golden-variants/measure-variants.js'
import { runCli } from './run-cli.js'
import { folderWith } from './workspace.js'

/** Batch sizes, numbers of classes, teachers and maps, and hyper-parameters that no published case has. */
const VARIANTS: readonly Variant[] = [
  logits.kd(3, 7, 2.5),
  logits.kd(1, 2, 20),
  logits.kd(9, 33, 0.7),
  logits.takd(5, 6, 3, 0.8),
  logits.takd(2, 41, 10, 0),
  logits.takd(3, 3, 1, 1),
  logits.ats(4, 13, { t1: 3, t2: 1.5, ts: 2, lambda: 0.3 }),
  logits.ats(2, 4, { t1: 1.5, t2: 6, ts: 0.5, lambda: 1 }),
  logits.dkd(4, 5, 0.5, 3, 2),
  logits.dkd(7, 2, 2, 0, 1),
  logits.dkd(2, 30, 0, 1.5, 6),
  logits.dkdWhole(4, 6, 0, 10, 0.3),
  logits.dkdWhole(4, 6, 3, 7, 2),
  logits.dkdWhole(4, 6, 40, 7, 2),
  logits.standardisedKd(3, 17, 3),
  logits.standardisedKd(5, 3, 1),
  logits.standardisedDkd(6, 9, 3),
  logits.dist(5, 7, 0.5, 2, 2),
  logits.dist(2, 24, 3, 0, 8),
  logits.ctkd(4, 8, 0, 4),
  logits.ctkd(4, 8, 2, 5),
  logits.ctkd(3, 21, 9, 5),
  logits.mlkd(5, 7, 8, false),
  logits.mlkd(4, 12, 1.5, true),
  logits.multiTeacher('aver_mkd', 3, 6, 1, 2),
  logits.multiTeacher('aver_mkd', 4, 9, 5, 3),
  logits.multiTeacher('ebkd', 5, 4, 4, 2),
  logits.multiTeacher('camkd_logits', 3, 11, 4, 1.5),
  logits.fitnetMkd(3, 5, 3, 1),
  logits.fitnetMkd(3, 5, 3, 7),
  logits.camkdFeatures(3, 6, 4, [3, 3, 2]),
  logits.aekd(5, 8, 2, 0.9),
  logits.aekd(4, 6, 4, 0.55),
  features.fitnet([
    [
      [2, 3, 5, 4],
      [2, 3, 5, 4],
    ],
  ]),
  features.fitnet([
    [
      [3, 2, 2, 2],
      [3, 2, 2, 2],
    ],
    [
      [3, 5, 1, 1],
      [3, 5, 1, 1],
    ],
  ]),
  features.at(
    [
      [
        [2, 3, 5, 5],
        [2, 4, 5, 5],
      ],
      [
        [2, 3, 3, 3],
        [2, 2, 7, 7],
      ],
      [
        [2, 2, 5, 5],
        [2, 3, 2, 2],
      ],
    ],
    2,
  ),
  features.at(
    [
      [
        [3, 2, 4, 4],
        [3, 5, 4, 4],
      ],
    ],
    1,
  ),
  features.at(
    [
      [
        [2, 3, 3, 3],
        [2, 2, 3, 3],
      ],
    ],
    3,
  ),
  features.sp([
    [
      [5, 3, 2, 2],
      [5, 4, 3, 3],
    ],
    [
      [5, 2, 1, 1],
      [5, 7, 1, 1],
    ],
  ]),
  features.nst([
    [
      [2, 5, 3, 3],
      [2, 3, 5, 5],
    ],
    [
      [2, 2, 4, 4],
      [2, 6, 2, 2],
    ],
  ]),
  features.fsp(
    [
      [2, 3, 5, 5],
      [2, 2, 5, 5],
      [2, 2, 3, 3],
      [2, 5, 1, 1],
    ],
    [
      [2, 3, 4, 4],
      [2, 2, 4, 4],
      [2, 2, 2, 2],
      [2, 5, 2, 2],
    ],
  ),
  features.ft(
    [
      [
        [2, 4, 3, 3],
        [2, 4, 3, 3],
      ],
      [
        [2, 3, 5, 5],
        [2, 2, 2, 2],
      ],
    ],
    2,
    1,
  ),
  features.ft(
    [
      [
        [3, 3, 3, 3],
        [3, 2, 3, 3],
      ],
    ],
    4,
    2,
  ),
  features.ab(
    [
      [2, 3, 3, 3],
      [2, 4, 2, 2],
      [2, 2, 2, 2],
      [2, 5, 1, 1],
    ],
    0.5,
  ),
  features.reviewkd([
    [2, 2, 6, 6],
    [2, 2, 3, 3],
    [2, 1, 5, 5],
  ]),
  features.cc(6, 5),
  features.pkt([6, 5, 9], 1e-7),
  features.pkt([4, 12, 3], 1e-3),
  features.rkd([4, 5, 7], 3, 0.5),
  features.rkd([6, 3, 2], 0, 10),
  features.vid([2, 3, 4, 4], [2, 5, 2, 2], 4, 1e-5),
  features.vid([3, 2, 2, 2], [3, 2, 2, 2], 6, 0.1),
  features.mcl(3, [0, 1, 0, 1, 2, 2], 5, 0.2, 2),
  features.mcl(2, [0, 0, 1, 1], 7, 0.5, 1),
  memories.ofd([{ student: [2, 3, 3, 3], teacher: [2, 3, 5, 5] }]),
  memories.ofd([
    { student: [2, 4, 4, 4], teacher: [2, 4, 2, 2] },
    { student: [2, 2, 3, 3], teacher: [2, 2, 3, 3] },
    { student: [2, 3, 1, 1], teacher: [2, 3, 2, 2] },
  ]),
  measures.derivedStats(3, 12, 2, 5, 0.5),
  measures.derivedStats(5, 3, 6, 1.5, 4),
  measures.atsQuantities(4, 6, [0.3, 2, 7], [1.5, 0.5]),
  measures.isats(4, 6, { min: 0.5, max: 12, step: 0.5 }, 2.5, 2, 0.2),
  measures.isats(3, 25, { min: 2, max: 3, step: 0.1 }, 0.5, 1, 1),
  measures.ece(30, 4, 10),
  measures.ece(12, 30, 5),
  measures.rankAgreement(4, 9, [1, 3, 7]),
  measures.rankAgreement(3, 40, [2, 20]),
  measures.classRelations([0, 1, 2, 3, 0, 1, 2, 3, 3], 4, 2.5),
]

const CRD: readonly Variant[] = [
  memories.crd([3, 0, 7], [5, 6], { samples: 9, negatives: 4, dimension: 3, T: 0.5, momentum: 0.9 }),
  memories.crd([11, 2, 5, 20], [4, 9], {
    samples: 23,
    negatives: 12,
    dimension: 8,
    T: 0.1,
    momentum: 0,
    Z: [40, 75],
  }),
]
const CASES = VARIANTS.map((variant, i) => makeCase(variant, i))
const CRD_CASES = CRD.map((variant, i) => makeCase(variant, i))

interface Document {
  readonly cases: readonly {
    readonly id: string
    readonly status: string
    readonly problems: readonly string[]
    readonly missing: readonly string[]
  }[]
}

const here = listEngines().length > 0
const engines = [
  { id: 'cpu', why: '' },
  { id: 'wasm', why: '' },
  { id: 'tensorflow', why: here ? '' : ' (skipped: the tensorflow engine is not installed)' },
] as const

describe.each(engines)('umbra verify on cases like the published ones, on $id$why', ({ id, why }) => {
  it.skipIf(why !== '')('agrees with formulas in float64 and with differences of their values', async () => {
    const given = [...CASES, ...CRD_CASES]
    const folder = folderWith({ 'variants.json': JSON.stringify(given) })
    const { out } = await runCli(['verify', '--golden', folder, '--engine', id, '--json'])
    const { cases } = JSON.parse(out) as Document
    expect(cases.filter(({ status }) => status !== 'passed')).toEqual([])
    expect(cases.flatMap(({ missing }) => missing)).toEqual([])
    expect(cases).toHaveLength(given.length)
  })
})

describe('umbra verify on cases that ask for something else', () => {
  const verify = async (alter: (golden: Record<string, unknown>) => void) => {
    const golden = makeCase(logits.kd(3, 4, 2), 1) as Record<string, unknown>
    alter(golden)
    const folder = folderWith({ 'altered.json': JSON.stringify([golden]) })
    return runCli(['verify', '--golden', folder, '--engine', 'cpu'])
  }

  it.each<[string, (golden: Record<string, unknown>) => void, string]>([
    ['an unknown hyper-parameter', (golden) => (golden.hyper = { T: 2, alpha: 1 }), 'alpha'],
    ['a hyper-parameter left out', (golden) => (golden.hyper = {}), 'T'],
    ['a hyper-parameter of another type', (golden) => (golden.hyper = { T: 'two' }), 'T'],
    ['labels outside the classes', (golden) => (golden.labels = [0, 1, 9]), 'labels below 4'],
    ['too few labels', (golden) => (golden.labels = [0]), 'student_logits'],
    [
      'an input left out',
      (golden) => (golden.inputs = { student_logits: { shape: [3, 4], data: Array(12).fill(0) } }),
      'teacher_logits',
    ],
  ])('fails with one sentence: %s', async (_what, alter, told) => {
    const { code, out } = await verify(alter)
    expect(code).toBe(1)
    expect(out).toMatch(new RegExp(`^FAILED kd-v1: .*${told}`, 'm'))
  })
})
