import type { Variant } from './make-case.js'
import {
  type Flat,
  type Row,
  type Rows,
  columns,
  crossEntropy,
  dot,
  kl,
  logSoftmax,
  mean,
  minus,
  norm,
  range,
  rows,
  scaled,
  softmax,
  sum,
  without,
} from './numbers.js'

type Inputs = Readonly<Record<string, Flat>>
const student = (inputs: Inputs): number[][] => rows(inputs.student_logits!)
const teacher = (inputs: Inputs): number[][] => rows(inputs.teacher_logits!)
const pair = (batch: number, classes: number) => ({
  student_logits: [batch, classes],
  teacher_logits: [batch, classes],
})
const base = (batch: number, classes: number) => ({
  shapes: pair(batch, classes),
  classes,
  trained: ['student_logits'],
})
const each = (a: Rows, b: Rows, f: (x: Row, y: Row, i: number) => number): number =>
  mean(a.map((row, i) => f(row, b[i]!, i)))
const softened = (t: Rows, s: Rows, T: number): number =>
  T * T * each(t, s, (x, y) => kl(scaled(x, 1 / T), scaled(y, 1 / T)))

export const kd = (batch: number, classes: number, T: number): Variant => ({
  method: 'kd',
  hyper: { T },
  ...base(batch, classes),
  formula: (inputs) => ({ loss: softened(teacher(inputs), student(inputs), T) }),
})

export const takd = (batch: number, classes: number, T: number, lambda: number): Variant => ({
  method: 'takd',
  hyper: { T, lambda },
  ...base(batch, classes),
  formula: (inputs, labels) => ({
    loss:
      (1 - lambda) * crossEntropy(student(inputs), labels) +
      (lambda * softened(teacher(inputs), student(inputs), T)) / classes,
  }),
})

export const ats = (
  batch: number,
  classes: number,
  hyper: { t1: number; t2: number; ts: number; lambda: number },
): Variant => ({
  method: 'ats',
  hyper: { tau1_correct: hyper.t1, tau2_wrong: hyper.t2, tau_s: hyper.ts, lambda: hyper.lambda },
  ...base(batch, classes),
  formula: (inputs, labels) => {
    const { t1, t2, ts, lambda } = hyper
    const ce = crossEntropy(student(inputs), labels)
    const kd =
      ts *
      ts *
      each(teacher(inputs), student(inputs), (t, s, i) => {
        const target = softmax(t.map((z, c) => z / (c === labels[i] ? t1 : t2)))
        return -dot(target, logSoftmax(scaled(s, 1 / ts)))
      })
    return { loss: (1 - lambda) * ce + lambda * kd, terms: { ce, kd } }
  },
})

function decoupled(t: Rows, s: Rows, labels: Row, T: number): { tckd: number; nckd: number } {
  const binary = (z: Row, y: number): Row => {
    const p = softmax(scaled(z, 1 / T))
    return [Math.log(p[y]!), Math.log(sum(without(p, y)))]
  }
  const wrong = (z: Row, y: number): Row => scaled(without(z, y), 1 / T)
  const over = (f: (z: Row, y: number) => Row): number =>
    T * T * each(t, s, (x, z, i) => kl(f(x, labels[i]!), f(z, labels[i]!)))
  return { tckd: over(binary), nckd: over(wrong) }
}

export const dkd = (batch: number, classes: number, alpha: number, beta: number, T: number): Variant => ({
  method: 'dkd',
  hyper: { alpha, beta, T },
  ...base(batch, classes),
  formula: (inputs, labels) => {
    const terms = decoupled(teacher(inputs), student(inputs), labels, T)
    return { loss: alpha * terms.tckd + beta * terms.nckd, terms }
  },
})

export const dkdWhole = (
  batch: number,
  classes: number,
  epoch: number,
  warmup: number,
  ce_weight: number,
): Variant => ({
  method: 'dkd_with_ce_and_warmup',
  hyper: { alpha: 0.5, beta: 3, T: 2, ce_weight, epoch, warmup },
  ...base(batch, classes),
  formula: (inputs, labels) => {
    const { tckd, nckd } = decoupled(teacher(inputs), student(inputs), labels, 2)
    const loss_ce = ce_weight * crossEntropy(student(inputs), labels)
    const loss_kd = Math.min(epoch / warmup, 1) * (0.5 * tckd + 3 * nckd)
    return { loss: loss_ce + loss_kd, terms: { loss_ce, loss_kd } }
  },
})

const standard = (z: Row): number[] => {
  const centred = z.map((v) => v - mean(z))
  return scaled(centred, 1 / (1e-7 + Math.sqrt(sum(centred.map((v) => v * v)) / (z.length - 1))))
}

export const standardisedKd = (batch: number, classes: number, T: number): Variant => ({
  method: 'kd_logit_standardization',
  hyper: { T },
  ...base(batch, classes),
  formula: (inputs) => {
    const target = teacher(inputs).map(standard)
    const flat = { shape: [batch, classes], data: target.flat() }
    return {
      loss: softened(target, student(inputs).map(standard), T),
      outputs: { extra: { standardized_teacher: flat } },
    }
  },
})

export const standardisedDkd = (batch: number, classes: number, T: number): Variant => ({
  method: 'dkd_logit_standardization',
  hyper: { alpha: 2, beta: 5, T },
  ...base(batch, classes),
  formula: (inputs, labels) => {
    const { tckd, nckd } = decoupled(teacher(inputs).map(standard), student(inputs).map(standard), labels, T)
    return { loss: 2 * tckd + 5 * nckd }
  },
})

const pearson = (a: Row, b: Row): number => {
  const [x, y] = [a.map((v) => v - mean(a)), b.map((v) => v - mean(b))]
  return dot(x, y) / (norm(x) * norm(y) + 1e-8)
}

export const dist = (batch: number, classes: number, beta: number, gamma: number, tau: number): Variant => ({
  method: 'dist',
  hyper: { beta, gamma, tau },
  ...base(batch, classes),
  formula: (inputs) => {
    const soft = (z: Rows): number[][] => z.map((row) => softmax(scaled(row, 1 / tau)))
    const [t, s] = [soft(teacher(inputs)), soft(student(inputs))]
    const inter = 1 - each(t, s, pearson)
    const intra = 1 - each(columns(t), columns(s), pearson)
    return { loss: tau * tau * (beta * inter + gamma * intra), terms: { inter, intra } }
  },
})

export const ctkd = (batch: number, classes: number, epoch: number, loops: number): Variant => {
  const lambda = ((Math.cos((Math.min(epoch, loops) / loops) * Math.PI) + 1) / 2) * (0.5 + 2) - 2
  return {
    method: 'ctkd',
    hyper: {
      epoch,
      decay_max: 0.5,
      decay_min: -2,
      decay_loops: loops,
      gamma_ce: 0.3,
      alpha_kd: 0.6,
      t_start: 2,
      t_end: 9,
    },
    shapes: { ...pair(batch, classes), theta: [1] },
    classes,
    trained: ['student_logits', 'theta'],
    gradientFactor: { theta: lambda },
    formula: (inputs, labels) => {
      const temperature = 2 + 9 / (1 + Math.exp(-inputs.theta!.data[0]!))
      const kdLoss = softened(teacher(inputs), student(inputs), temperature)
      return {
        loss: 0.3 * crossEntropy(student(inputs), labels) + 0.6 * kdLoss,
        terms: { temperature, lambda },
      }
    },
  }
}

const gram = (p: Rows): number[][] => p.map((a) => p.map((b) => dot(a, b)))
const squares = (a: Rows, b: Rows): number => sum(a.flatMap((row, i) => minus(row, b[i]!).map((v) => v * v)))
const percentile = (x: Row): number => {
  const sorted = x.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2
}

export const mlkd = (batch: number, classes: number, T: number, isStandard: boolean): Variant => ({
  method: 'mlkd',
  hyper: { T, ce_weight: 0.4, kd_weight: 1.5, logit_standardization: isStandard },
  shapes: Object.fromEntries(
    ['student_weak', 'student_strong', 'teacher_weak', 'teacher_strong'].map((name) => [
      name,
      [batch, classes],
    ]),
  ),
  classes,
  trained: ['student_weak', 'student_strong'],
  formula: (inputs, labels) => {
    const [sw, ss, tw, ts] = ['student_weak', 'student_strong', 'teacher_weak', 'teacher_strong'].map(
      (name) => rows(inputs[name]!),
    ) as [number[][], number[][], number[][], number[][]]
    const ready = (z: Rows): Rows => (isStandard ? z.map(standard) : z)
    const certainty = tw.map(softmax)
    const confidence = certainty.map((p) => Math.max(...p))
    const share = (x: Row): number => mean(x.map((v) => (v <= percentile(x) ? 1 : 0)))
    const [samples, kinds] = [share(confidence), share(columns(certainty).map(sum))]
    const temperatures = [T, 3, 5, 2, 6]
    const soft = (z: Rows, t: number): number[][] => z.map((row) => softmax(scaled(row, 1 / t)))
    const kdOf = (t: number): number => samples * softened(ready(tw), ready(sw), t)
    const strong = temperatures.map((t, i) =>
      i < 3 ? softened(ready(ts), ready(ss), t) : softened(ready(tw), ready(sw), t),
    )
    const cc = temperatures.map(
      (t) => (kinds * squares(gram(columns(soft(tw, t))), gram(columns(soft(sw, t))))) / classes,
    )
    const bc = temperatures.map((t) => (samples * squares(gram(soft(tw, t)), gram(soft(sw, t)))) / batch)
    const terms = {
      loss_ce: 0.4 * (crossEntropy(sw, labels) + crossEntropy(ss, labels)),
      loss_kd: 1.5 * (sum(temperatures.map(kdOf)) + sum(strong)),
      loss_cc: 1.5 * sum(cc),
      loss_bc: 1.5 * sum(bc),
    }
    return { loss: sum(Object.values(terms)), terms }
  },
})

const numbered = (name: string, count: number, shape: readonly number[]) =>
  Object.fromEntries(range(count).map((k) => [`${name}_${k}`, shape]))

type Weigh = (teachers: readonly Rows[], labels: Row, i: number) => Row
const WEIGHTS: Readonly<Record<'aver_mkd' | 'ebkd' | 'camkd_logits', Weigh>> = {
  aver_mkd: (teachers) => teachers.map(() => 1 / teachers.length),
  ebkd: (teachers, _labels, i) => {
    const entropies = teachers.map((z) => -dot(softmax(z[i]!), logSoftmax(z[i]!)))
    return entropies.map((h) => (1 - h / sum(entropies)) / teachers.length)
  },
  camkd_logits: (teachers, labels, i) => {
    const ce = teachers.map((z) => -logSoftmax(z[i]!)[labels[i]!]!)
    return softmax(ce).map((w) => (1 - w) / (teachers.length - 1) / teachers.length)
  },
}

export const multiTeacher = (
  method: keyof typeof WEIGHTS,
  batch: number,
  classes: number,
  count: number,
  T: number,
): Variant => ({
  method,
  hyper: { T, gamma_ce: 0.7, alpha_kd: 1.3, teachers: count },
  shapes: { student_logits: [batch, classes], ...numbered('teacher_logits', count, [batch, classes]) },
  classes,
  trained: ['student_logits'],
  formula: (inputs, labels) => {
    const teachers = range(count).map((k) => rows(inputs[`teacher_logits_${k}`]!))
    const s = student(inputs)
    const loss_div = mean(
      s.map((row, i) => {
        const each = teachers.map((t) => T * T * kl(scaled(t[i]!, 1 / T), scaled(row, 1 / T)))
        return dot(WEIGHTS[method](teachers, labels, i), each)
      }),
    )
    return { loss: 0.7 * crossEntropy(s, labels) + 1.3 * loss_div, terms: { loss_div } }
  },
})

/** Of one epoch before the hints count, and of one after. */
export const fitnetMkd = (batch: number, classes: number, count: number, epoch: number): Variant => ({
  method: 'fitnet_mkd',
  hyper: { T: 3, gamma_ce: 1, alpha_kd: 0.5, beta_hint: 20, teachers: count, epoch },
  shapes: {
    student_logits: [batch, classes],
    student_feat: [batch, 3, 2, 2],
    ...numbered('teacher_logits', count, [batch, classes]),
    ...numbered('teacher_feat', count, [batch, 3, 2, 2]),
  },
  classes,
  trained: ['student_logits'],
  untrained: ['student_feat'],
  formula: (inputs, labels) => {
    const s = student(inputs)
    const div = range(count).map((k) => softened(rows(inputs[`teacher_logits_${k}`]!), s, 3))
    const gaps = range(count).map((k) =>
      mean(minus(inputs.student_feat!.data, inputs[`teacher_feat_${k}`]!.data).map((v) => v * v)),
    )
    const hint = epoch < 2 ? 0 : 20 * mean(gaps)
    return { loss: crossEntropy(s, labels) + 0.5 * mean(div) + hint, terms: { loss_div: mean(div) } }
  },
})

export const camkdFeatures = (
  batch: number,
  classes: number,
  count: number,
  shape: readonly number[],
): Variant => ({
  method: 'camkd_features',
  hyper: { teachers: count },
  shapes: {
    ...numbered('projected_student', count, [batch, ...shape]),
    ...numbered('teacher_feat', count, [batch, ...shape]),
    ...numbered('projected_logits', count, [batch, classes]),
  },
  classes,
  trained: range(count).flatMap((k) => [`projected_student_${k}`, `projected_logits_${k}`]),
  formula: (inputs, labels) => {
    const of = (name: string) => range(count).map((k) => rows(inputs[`${name}_${k}`]!))
    const [own, hints, logits] = [of('projected_student'), of('teacher_feat'), of('projected_logits')]
    const weights = range(batch).map((i) =>
      softmax(logits.map((z) => -logSoftmax(z[i]!)[labels[i]!]!)).map((w) => (1 - w) / (count - 1)),
    )
    const losses = range(batch).map((i) =>
      sum(own.map((f, k) => weights[i]![k]! * mean(minus(f[i]!, hints[k]![i]!).map((v) => v * v)))),
    )
    const table = { shape: [count, batch], data: columns(weights).flat() }
    return { loss: mean(losses) / count, outputs: { extra: { weights: table } } }
  },
})

/** Two teachers: the weight of the shortest combination in closed form, capped. */
export const aekd = (batch: number, classes: number, T: number, C: number): Variant => ({
  method: 'aekd',
  hyper: { T, gamma_ce: 1, alpha_kd: 0.9, teachers: 2, C, nu: 1 / (2 * C), svm_norm: false },
  shapes: { student_logits: [batch, classes], ...numbered('teacher_logits', 2, [batch, classes]) },
  classes,
  // The weights are constant in the published gradient.
  formula: (inputs, labels) => {
    const s = student(inputs)
    const soft = (z: Rows): Row => columns(z.map((row) => softmax(scaled(row, 1 / T)))).map(mean)
    const teachers = range(2).map((k) => rows(inputs[`teacher_logits_${k}`]!))
    const gradient = (t: Rows): Row => minus(soft(s), soft(t))
    const [a, b] = [gradient(teachers[0]!), gradient(teachers[1]!)]
    const gap = minus(b, a)
    const share = Math.min(C, Math.max(1 - C, dot(gap, b) / dot(gap, gap)))
    const loss_div = dot(
      [share, 1 - share],
      teachers.map((t) => softened(t, s, T)),
    )
    return {
      loss: crossEntropy(s, labels) + 0.9 * loss_div,
      terms: { loss_div },
      outputs: { extra: { weights: { shape: [2], data: [share, 1 - share] } } },
    }
  },
})
