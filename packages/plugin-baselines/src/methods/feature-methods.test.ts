import {
  type DistillBatch,
  type MethodDefinition,
  type Objective,
  type StaticShapes,
  type TensorRecord,
  tf,
  valueAt,
} from '@umbra/core'
import { noParts } from '@umbra/core/testing'
import { difference, useCpuBackend } from '@umbra/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { at } from './at.js'
import { cc } from './cc.js'
import { fitnet } from './fitnet.js'
import { fsp } from './fsp.js'
import { nst } from './nst.js'
import { pkt } from './pkt.js'
import { rkd } from './rkd.js'
import { sp } from './sp.js'
import { vid } from './vid.js'

beforeAll(useCpuBackend)

const BATCH = 5
const CLASSES = 4
type Shapes = Readonly<Record<string, readonly number[]>>

/** Taps as a ResNet has them, for a first convolution of `width` channels. */
const network = (width: number, size = 8): Shapes => ({
  stem: [BATCH, size, size, width],
  stage1: [BATCH, size, size, width],
  stage2: [BATCH, size / 2, size / 2, 2 * width],
  stage3: [BATCH, size / 4, size / 4, 4 * width],
  pooled: [BATCH, 4 * width],
})

const staticShapes = (student: Shapes, teacher: Shapes, classes = CLASSES): StaticShapes => ({
  batch: BATCH,
  classes: CLASSES,
  samples: BATCH,
  labels: new Int32Array(BATCH),
  student: { logits: [BATCH, CLASSES], taps: student },
  teachers: [{ logits: [BATCH, classes], taps: teacher }],
})

const make = (method: MethodDefinition, options: object = {}): Objective =>
  method.objective(method.options.parse(options), noParts)

const features = (shapes: Shapes, seed: number): Record<string, tf.Tensor> =>
  Object.fromEntries(
    Object.entries(shapes).map(([name, shape], i) => [
      name,
      tf.relu(tf.randomNormal([...shape], 0.3, 1, 'float32', seed + i)),
    ]),
  )

interface Networks {
  readonly student: TensorRecord
  readonly teacher: TensorRecord
}

/** Terms of an objective on given features, with logits that depend on nothing. */
function terms(objective: Objective, { student, teacher }: Networks, variables: TensorRecord = {}) {
  const logits = (seed: number) => tf.randomNormal<tf.Rank.R2>([BATCH, CLASSES], 0, 1, 'float32', seed)
  const batch: DistillBatch = {
    labels: tf.tensor1d([0, 1, 2, 3, 0], 'int32'),
    ids: tf.range(0, BATCH, 1, 'int32'),
    student: { logits: logits(91), taps: student },
    teachers: [{ logits: logits(92), taps: teacher }],
    peers: [],
    feeds: {},
    scalars: Object.fromEntries(
      Object.entries(objective.scalars ?? {}).map(([name, value]) => [name, tf.scalar(valueAt(value, 0, 1))]),
    ),
    seed: tf.tensor1d([0, 0], 'int32'),
  }
  return objective.terms(batch, variables, {}).terms
}

const prepare = (objective: Objective, student: Shapes, teacher: Shapes): TensorRecord =>
  objective.prepare?.(staticShapes(student, teacher), 7, { teachers: [] }).variables ?? {}

const own = (objective: Objective) => Object.keys(objective.weights).filter((name) => name !== 'ce')

const methods: { readonly name: string; readonly method: MethodDefinition; readonly options: object }[] = [
  { name: 'fitnet', method: fitnet, options: {} },
  { name: 'at', method: at, options: {} },
  { name: 'at, p = 3', method: at, options: { p: 3 } },
  { name: 'sp', method: sp, options: {} },
  { name: 'cc', method: cc, options: {} },
  { name: 'cc, as released', method: cc, options: { variant: 'as-released' } },
  { name: 'vid', method: vid, options: {} },
  { name: 'rkd', method: rkd, options: {} },
  { name: 'pkt', method: pkt, options: {} },
  { name: 'nst', method: nst, options: {} },
  { name: 'fsp', method: fsp, options: {} },
]

describe.each(methods)('$name', ({ method, options }) => {
  it('takes networks of other widths and map sizes; every variable and tapped feature has a gradient', () => {
    const [student, teacher] = [network(6), network(8, 16)]
    const objective = make(method, options)
    tf.tidy(() => {
      const variables = prepare(objective, student, teacher)
      const taps = features(student, 1)
      const targets = features(teacher, 20)
      const asked = objective.taps!.student!
      const names = Object.keys(variables)
      const loss = (...xs: tf.Tensor[]): tf.Scalar => {
        const given = Object.fromEntries(names.map((name, i) => [name, xs[i]!]))
        const tapped = Object.fromEntries(asked.map((name, i) => [name, xs[names.length + i]!]))
        const result = terms(objective, { student: tapped, teacher: targets }, given)
        expect(Object.keys(result)).toEqual(Object.keys(objective.weights))
        for (const term of Object.values(result)) expect(term.shape).toEqual([BATCH])
        return tf.addN(own(objective).map((name) => tf.mean<tf.Scalar>(result[name]!)))
      }
      const { value, grads } = tf.valueAndGrads(loss)([
        ...names.map((name) => variables[name]!),
        ...asked.map((name) => taps[name]!),
      ])
      expect(Number.isFinite(value.dataSync()[0])).toBe(true)
      for (const gradient of grads) {
        const numbers = [...gradient.dataSync()]
        expect(numbers.every(Number.isFinite)).toBe(true)
        expect(numbers.some((x) => x !== 0)).toBe(true)
      }
    })
  })

  it('stays finite, and so do its gradients, where all features are zero', () => {
    const shapes = network(2)
    const objective = make(method, options)
    tf.tidy(() => {
      const variables = prepare(objective, shapes, shapes)
      const asked = objective.taps!.student!
      const zeros = asked.map((name) => tf.zeros([...shapes[name]!]))
      const loss = (...xs: tf.Tensor[]): tf.Scalar => {
        const student = Object.fromEntries(asked.map((name, i) => [name, xs[i]!]))
        const result = terms(objective, { student, teacher: features(shapes, 20) }, variables)
        return tf.addN(own(objective).map((name) => tf.mean<tf.Scalar>(result[name]!)))
      }
      const { value, grads } = tf.valueAndGrads(loss)(zeros)
      for (const x of [value, ...grads]) expect([...x.dataSync()].every(Number.isFinite)).toBe(true)
    })
  })

  it('leaves no tensor behind', () => {
    const shapes = network(2)
    const objective = make(method, options)
    const run = () =>
      tf.tidy(() => {
        const variables = prepare(objective, shapes, shapes)
        terms(objective, { student: features(shapes, 1), teacher: features(shapes, 20) }, variables)
      })
    run()
    const before = tf.memory().numTensors
    run()
    expect(tf.memory().numTensors).toBe(before)
  })

  it('has kd as a further term when it is given a weight, and then wants equal classes', () => {
    const shapes = network(2)
    const objective = make(method, { ...options, kdWeight: 0.9 })
    expect(objective.weights.kd).toBe(0.9)
    const other = staticShapes(shapes, shapes, CLASSES + 1)
    expect(() => objective.prepare!(other, 7, { teachers: [] })).toThrow(
      expect.objectContaining({ code: 'UMBRA_CLASSES' }),
    )
    tf.tidy(() => {
      const variables = prepare(objective, shapes, shapes)
      const both = { student: features(shapes, 1), teacher: features(shapes, 20) }
      const { kd } = terms(objective, both, variables)
      expect([...kd!.dataSync()].every((x) => x > 0)).toBe(true)
    })
  })

  it('wants as many taps of the teacher as of the student', () => {
    const [first, ...rest] = make(method, options).taps!.student!
    expect(() => make(method, { ...options, studentTaps: [first, 'stem', ...rest] })).toThrow(
      expect.objectContaining({ code: 'UMBRA_OPTION' }),
    )
  })

  it('refuses unknown options and negative weights', () => {
    expect(method.options.safeParse({ beta: 1 }).success).toBe(false)
    expect(method.options.safeParse({ ceWeight: -1 }).success).toBe(false)
  })
})

const relations = methods.filter(({ name }) => !/fitnet|vid|released/.test(name))

describe.each(relations)('$name, laws', ({ method, options }) => {
  it('is zero, with no gradient, where the student’s features are the teacher’s', () => {
    const shapes = network(2)
    const objective = make(method, options)
    tf.tidy(() => {
      prepare(objective, shapes, shapes)
      const teacher = features(shapes, 20)
      const asked = objective.taps!.student!
      const loss = (...xs: tf.Tensor[]): tf.Scalar => {
        const student = Object.fromEntries(asked.map((name, i) => [name, xs[i]!]))
        const result = terms(objective, { student, teacher })
        return tf.addN(own(objective).map((name) => tf.mean<tf.Scalar>(result[name]!)))
      }
      const { value, grads } = tf.valueAndGrads(loss)(asked.map((name) => tf.clone(teacher[name]!)))
      for (const x of [value, ...grads])
        expect(difference(x.dataSync(), new Float32Array(x.size), ABSOLUTE)).toBeUndefined()
    })
  })

  it('gives every example the same term in any order of the batch', () => {
    const [student, teacher] = [network(2), network(2)]
    const objective = make(method, options)
    tf.tidy(() => {
      const variables = prepare(objective, student, teacher)
      const both = { student: features(student, 1), teacher: features(teacher, 20) }
      const reversed = {
        student: mapValues(both.student, (x) => tf.reverse(x, 0)),
        teacher: mapValues(both.teacher, (x) => tf.reverse(x, 0)),
      }
      const forward = terms(objective, both, variables)
      const back = terms(objective, reversed, variables)
      for (const name of own(objective))
        expect(
          difference(tf.reverse(back[name]!, 0).dataSync(), forward[name]!.dataSync(), {
            relative: 1e-4,
            absolute: 1e-6,
          }),
        ).toBeUndefined()
    })
  })
})

const ABSOLUTE = { relative: 0, absolute: 1e-5 }
const mapValues = (record: TensorRecord, f: (x: tf.Tensor) => tf.Tensor): TensorRecord =>
  Object.fromEntries(Object.entries(record).map(([name, x]) => [name, f(x)]))

it('default weights are those of the published comparison', () => {
  const expected: [MethodDefinition, Readonly<Record<string, number>>][] = [
    [fitnet, { hint: 100 }],
    [at, { at: 1000 }],
    [sp, { sp: 3000 }],
    [vid, { vid: 1 }],
    [rkd, { distance: 25, angle: 50 }],
    [pkt, { pkt: 30000 }],
    [nst, { nst: 50 }],
    [fsp, { fsp: 50 }],
  ]
  for (const [method, weights] of expected) expect(make(method).weights).toEqual({ ce: 1, ...weights })
})

describe('stages', () => {
  it.each([
    { method: fitnet, options: { hintEpochs: 3, kdWeight: 0.5 }, term: 'hint', weight: 100 },
    { method: fsp, options: { initEpochs: 3, kdWeight: 0.5 }, term: 'fsp', weight: 50 },
  ])('$term alone first, then the labels alone', ({ method, options, term, weight }) => {
    const { weights } = make(method, options)
    const at = (epoch: number) => ['ce', 'kd', term].map((name) => valueAt(weights[name]!, epoch, 10))
    expect(at(2.9)).toEqual([0, 0, weight])
    expect(at(3)).toEqual([1, 0.5, 0])
  })

  it('refuses a stage beside a scheduled weight', () => {
    const weight = { kind: 'linear', from: 1, to: 0 }
    expect(() => make(fitnet, { hintEpochs: 3, weight })).toThrow(
      expect.objectContaining({ code: 'UMBRA_OPTION' }),
    )
  })
})

describe('shapes', () => {
  it.each([
    { name: 'at', method: at, taps: ['pooled'] },
    { name: 'nst', method: nst, taps: ['pooled'] },
    { name: 'fsp', method: fsp, taps: ['stage3', 'pooled'] },
  ])('$name wants maps', ({ method, taps }: { method: MethodDefinition; taps: string[] }) => {
    const objective = make(method, { studentTaps: taps, teacherTaps: taps })
    expect(() => prepare(objective, network(2), network(2))).toThrow(
      expect.objectContaining({
        code: 'UMBRA_TAP_SHAPE',
        message: expect.stringMatching(/"pooled" of the student.*\[5, 8\]/) as string,
      }),
    )
  })

  it('relations want two examples', () => {
    const single = Object.fromEntries(Object.entries(network(2)).map(([k, v]) => [k, [1, ...v.slice(1)]]))
    for (const objective of [make(rkd), make(cc, { variant: 'as-released' })])
      expect(() => prepare(objective, single, single)).toThrow(
        expect.objectContaining({ code: 'UMBRA_TAP_SHAPE' }),
      )
  })
})

it('cc: the kernel is the Gaussian one as its order grows', () => {
  const objective = make(cc, { gamma: 0.7, order: 10 })
  tf.tidy(() => {
    const [student, teacher] = [features(network(2), 1), features(network(3), 20)]
    const kernel = (x: tf.Tensor) => {
      const rows = x.arraySync() as number[][]
      const unit = rows.map((row) => row.map((v) => v / Math.hypot(...row)))
      return unit.map((a) =>
        unit.map((b) => Math.exp(-0.7 * a.reduce((sum, v, i) => sum + (v - b[i]!) ** 2, 0))),
      )
    }
    const [s, t] = [kernel(student.pooled!), kernel(teacher.pooled!)]
    const expected = s.map((row, i) => row.reduce((sum, k, j) => sum + (k - t[i]![j]!) ** 2, 0) / BATCH)
    const actual = terms(objective, { student, teacher }).cc!.dataSync()
    expect(difference(actual, expected, { relative: 1e-3, absolute: 1e-6 })).toBeUndefined()
  })
})

it('fitnet and vid: fitting a teacher that is a function of the student drives the term down', () => {
  for (const [method, tap, fall] of [
    [fitnet, 'stage2', 0.2],
    [vid, 'stage1', 0.03],
  ] as const) {
    const objective = make(method, { studentTaps: [tap], teacherTaps: [tap] })
    tf.tidy(() => {
      const shapes = network(2)
      const student = features(shapes, 1)
      const teacher = mapValues(student, (x) => tf.mul(x, 2))
      const initial = prepare(objective, shapes, shapes)
      const names = Object.keys(initial)
      const loss = (...xs: tf.Tensor[]): tf.Scalar => {
        const variables = Object.fromEntries(names.map((name, i) => [name, xs[i]!]))
        const result = terms(objective, { student, teacher }, variables)
        return tf.mean(result[own(objective)[0]!]!)
      }
      let values = names.map((name) => initial[name]!)
      const losses: number[] = []
      for (let step = 0; step < 60; step++) {
        const { value, grads } = tf.valueAndGrads(loss)(values)
        losses.push(value.dataSync()[0]!)
        values = values.map((x, i) => tf.sub(x, tf.mul(grads[i]!, 0.1)))
      }
      expect(losses.at(-1)!).toBeLessThan(losses[0]! - fall)
    })
  }
})
