import type { Variant } from './make-case.js'
import {
  type Flat,
  type Row,
  type Rows,
  crossEntropy,
  dot,
  logSoftmax,
  mean,
  minus,
  norm,
  range,
  rows,
  scaled,
  softmax,
  sum,
  variance,
  without,
} from './numbers.js'

const flat = (data: Row): Flat => ({ shape: [data.length], data })
const table = (x: Rows): Flat => ({ shape: [x.length, x[0]!.length], data: x.flat() })

const asymmetric = (z: Row, label: number, t1: number, t2: number): number[] =>
  softmax(z.map((v, c) => v / (c === label ? t1 : t2)))

export const derivedStats = (
  batch: number,
  classes: number,
  t1: number,
  t2: number,
  ts: number,
): Variant => ({
  method: 'derived_stats',
  hyper: { tau1_correct: t1, tau2_wrong: t2, tau_s: ts },
  shapes: { teacher_logits: [batch, classes], student_logits: [batch, classes] },
  classes,
  formula: (inputs, labels) => {
    const target = rows(inputs.teacher_logits!).map((z, i) => asymmetric(z, labels[i]!, t1, t2))
    const log = rows(inputs.student_logits!).map((z) => logSoftmax(scaled(z, 1 / ts)))
    const wrong = target.map((p, i) => without(p, labels[i]!))
    const measures = {
      p_correct: target.map((p, i) => p[labels[i]!]!),
      derived_average: wrong.map(mean),
      derived_variance: wrong.map(variance),
      derived_std: wrong.map((q) => Math.sqrt(variance(q))),
      inherent_variance: wrong.map((q) => variance(scaled(q, 1 / sum(q)))),
    }
    const own = log.map((row, i) => without(row, labels[i]!))
    const parts = {
      correct_guidance: target.map((p, i) => -p[labels[i]!]! * log[i]![labels[i]!]!),
      smooth_regularization: wrong.map((q, i) => -mean(q) * sum(own[i]!)),
      class_discriminability: wrong.map(
        (q, i) =>
          -dot(
            minus(
              q,
              q.map(() => mean(q)),
            ),
            own[i]!,
          ),
      ),
      soft_cross_entropy: target.map((p, i) => -dot(p, log[i]!)),
    }
    const each = (of: Readonly<Record<string, Row>>) =>
      Object.fromEntries(Object.entries(of).map(([name, values]) => [name, flat(values)]))
    const means = (of: Readonly<Record<string, Row>>) =>
      Object.fromEntries(Object.entries(of).map(([name, values]) => [name, mean(values)]))
    return {
      outputs: {
        ...each(measures),
        mean: means(measures),
        decomposition: { ...each(parts), mean: means(parts) },
      },
    }
  },
})

export const atsQuantities = (
  batch: number,
  classes: number,
  taus: Row,
  factors: readonly [number, number],
): Variant => ({
  method: 'ats_quantities',
  hyper: { taus, ats_tau1_factor: factors[0], ats_tau2_factor: factors[1] },
  shapes: { logits_small: [batch, classes], logits_large: [batch, classes] },
  classes,
  formula: (inputs, labels) => {
    const curves = [
      ['logits_small', 1, 1],
      ['logits_large', 1, 1],
      ['logits_large', ...factors],
    ] as const
    const over = (measure: (q: Row) => number): Flat =>
      table(
        curves.map(([name, f1, f2]) =>
          taus.map((tau) =>
            mean(
              rows(inputs[name]!).map((z, i) =>
                measure(without(asymmetric(z, labels[i]!, tau * f1, tau * f2), labels[i]!)),
              ),
            ),
          ),
        ),
      )
    return {
      outputs: { derived_average: over(mean), derived_std: over((q) => Math.sqrt(variance(q))) },
    }
  },
})

export const isats = (
  batch: number,
  classes: number,
  grid: { min: number; max: number; step: number },
  delta: number,
  ts: number,
  lambda: number,
): Variant => ({
  method: 'isats',
  hyper: { grid_min: grid.min, grid_max: grid.max, grid_step: grid.step, delta, tau_s: ts, lambda },
  shapes: { teacher_logits: [batch, classes], student_logits: [batch, classes] },
  classes,
  formula: (inputs, labels) => {
    const taus = range(Math.round((grid.max - grid.min) / grid.step) + 1).map((i) => grid.min + i * grid.step)
    const teacher = rows(inputs.teacher_logits!)
    const spread = teacher.map((z, i) =>
      taus.map((tau) => variance(without(softmax(scaled(z, 1 / tau)), labels[i]!))),
    )
    const tau2 = spread.map((row) => taus[row.indexOf(Math.max(...row))]!)
    const target = teacher.map((z, i) => asymmetric(z, labels[i]!, tau2[i]! + delta, tau2[i]!))
    const student = rows(inputs.student_logits!)
    const ce = crossEntropy(student, labels)
    const kd = ts * ts * mean(student.map((z, i) => -dot(target[i]!, logSoftmax(scaled(z, 1 / ts)))))
    return {
      outputs: {
        tau2: flat(tau2),
        tau1: flat(tau2.map((tau) => tau + delta)),
        variance_at_grid: table(spread),
        target: table(target),
        kd,
        ce,
        loss: (1 - lambda) * ce + lambda * kd,
      },
    }
  },
})

export const ece = (batch: number, classes: number, bins: number): Variant => ({
  method: 'ece',
  hyper: { bins },
  shapes: { logits: [batch, classes] },
  classes,
  formula: (inputs, labels) => {
    const p = rows(inputs.logits!).map(softmax)
    const confidence = p.map((row) => Math.max(...row))
    const right = p.map((row, i) => (row.indexOf(confidence[i]!) === labels[i] ? 1 : 0))
    const inBin = range(bins).map((b) =>
      range(batch).filter((i) => confidence[i]! > b / bins && confidence[i]! <= (b + 1) / bins),
    )
    const average = (of: Row, which: Row): number => (which.length === 0 ? 0 : mean(which.map((i) => of[i]!)))
    const accuracy = inBin.map((which) => average(right, which))
    const sure = inBin.map((which) => average(confidence, which))
    return {
      outputs: {
        ece: sum(inBin.map((which, b) => (which.length / batch) * Math.abs(accuracy[b]! - sure[b]!))),
        accuracy: mean(right),
        mean_confidence: mean(confidence),
        bin_count: flat(inBin.map((which) => which.length)),
        bin_accuracy: flat(accuracy),
        bin_confidence: flat(sure),
      },
    }
  },
})

const ranks = (x: Row): number[] =>
  x.map((v) => x.filter((w) => w < v).length + (x.filter((w) => w === v).length + 1) / 2)
const pearson = (a: Row, b: Row): number => {
  const [x, y] = [a.map((v) => v - mean(a)), b.map((v) => v - mean(b))]
  return dot(x, y) / (norm(x) * norm(y))
}
const spearman = (a: Row, b: Row): number => pearson(ranks(a), ranks(b))
const kendall = (a: Row, b: Row): number => {
  const pairs = range(a.length).flatMap((i) =>
    range(i).map((j) => [Math.sign(a[i]! - a[j]!), Math.sign(b[i]! - b[j]!)] as const),
  )
  const count = (f: (x: number, y: number) => number): number => sum(pairs.map(([x, y]) => f(x, y)))
  return count((x, y) => x * y) / Math.sqrt(count((x) => x * x) * count((_, y) => y * y))
}

export const rankAgreement = (batch: number, classes: number, tops: Row): Variant => ({
  method: 'rank_agreement',
  hyper: {},
  shapes: { logits_a: [batch, classes], logits_b: [batch, classes] },
  classes,
  formula: (inputs, labels) => {
    const wrong = (logits: Flat): number[][] => rows(logits).map((z, i) => without(z, labels[i]!))
    const [a, b] = [wrong(inputs.logits_a!), wrong(inputs.logits_b!)]
    const rho = a.map((row, i) => spearman(row, b[i]!))
    const tau = a.map((row, i) => kendall(row, b[i]!))
    const top = (row: Row, k: number): Row =>
      range(row.length)
        .toSorted((i, j) => row[j]! - row[i]!)
        .slice(0, k)
    const overlap = (k: number): number =>
      mean(a.map((row, i) => top(row, k).filter((c) => top(b[i]!, k).includes(c)).length / k))
    return {
      outputs: {
        spearman: flat(rho),
        kendall_tau_b: flat(tau),
        mean_spearman: mean(rho),
        mean_kendall_tau_b: mean(tau),
        ...Object.fromEntries(tops.map((k) => [`top${k}_overlap`, overlap(k)])),
      },
    }
  },
})

export const classRelations = (labels: Row, classes: number, T: number): Variant => ({
  method: 'class_relations',
  hyper: { T },
  shapes: { logits_a: [labels.length, classes], logits_b: [labels.length, classes] },
  labels,
  formula: (inputs) => {
    const relation = (name: string): number[][] => {
      const wrong = rows(inputs[name]!).map((z, i) => {
        const p = softmax(scaled(z, 1 / T))
        return p.map((v, c) => (c === labels[i] ? 0 : v / (1 - p[labels[i]!]!)))
      })
      return range(classes).map((c) => {
        const of = wrong.filter((_, i) => labels[i] === c)
        return range(classes).map((d) => mean(of.map((row) => row[d]!)))
      })
    }
    const [a, b] = [relation('logits_a'), relation('logits_b')]
    const centred = (x: Rows): number[][] => {
      const middle = range(classes).map((c) => mean(x.map((row) => row[c]!)))
      return x.map((row) => minus(row, middle))
    }
    const across = (x: Rows, y: Rows): number =>
      sum(
        range(classes).flatMap((i) =>
          range(classes).map((j) => sum(x.map((row, n) => row[i]! * y[n]![j]!)) ** 2),
        ),
      )
    const [x, y] = [centred(a), centred(b)]
    const pairs = range(classes).map((c) => [without(a[c]!, c), without(b[c]!, c)] as const)
    return {
      outputs: {
        relation_a: table(a),
        relation_b: table(b),
        linear_cka: across(x, y) / Math.sqrt(across(x, x) * across(y, y)),
        cosine: dot(a.flat(), b.flat()) / (norm(a.flat()) * norm(b.flat())),
        rowwise_spearman: mean(pairs.map(([p, q]) => spearman(p, q))),
        rowwise_kendall_tau_b: mean(pairs.map(([p, q]) => kendall(p, q))),
      },
    }
  },
})
