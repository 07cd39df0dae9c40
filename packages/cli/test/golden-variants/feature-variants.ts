import type { Result, Variant } from './make-case.js'
import {
  type Flat,
  type Maps,
  type Row,
  type Rows,
  dot,
  kl,
  logSoftmax,
  maps,
  mean,
  minus,
  norm,
  pooled,
  range,
  rows,
  sameSize,
  scaled,
  sum,
} from './numbers.js'

type Inputs = Readonly<Record<string, Flat>>
/** `[batch, channels, height, width]` */
type Shape = readonly [number, number, number, number]

const unit = (x: Row): number[] => scaled(x, 1 / norm(x))
const square = (x: number): number => x * x
const huber = (x: number): number => (Math.abs(x) < 1 ? (x * x) / 2 : Math.abs(x) - 0.5)
const meanSquare = (a: Row, b: Row): number => mean(minus(a, b).map(square))

/** Maps of both networks by number, each pair with a loss of its own. */
function onMaps(
  method: string,
  pairs: readonly (readonly [Shape, Shape])[],
  losses: (s: readonly Maps[], t: readonly Maps[]) => number[],
  { hyper = {}, terms = true }: { readonly hyper?: Variant['hyper']; readonly terms?: boolean } = {},
): Variant {
  const shapes = pairs.flatMap(([s, t], i) => [
    [`student_feat_${i}`, s],
    [`teacher_feat_${i}`, t],
  ])
  return {
    method,
    hyper,
    shapes: Object.fromEntries(shapes) as Record<string, Shape>,
    trained: pairs.map((_, i) => `student_feat_${i}`),
    formula: (inputs: Inputs): Result => {
      const of = (name: string) => pairs.map((_, i) => maps(inputs[`${name}_feat_${i}`]!))
      const each = losses(of('student'), of('teacher'))
      return {
        loss: sum(each),
        ...(terms && { terms: Object.fromEntries(each.map((term, i) => [`pair_${i}`, term])) }),
      }
    },
  }
}

type PairLoss = (s: Maps, t: Maps) => number
const eachPair =
  (loss: PairLoss) =>
  (s: readonly Maps[], t: readonly Maps[]): number[] =>
    s.map((map, i) => loss(map, t[i]!))

/** Mean over the examples of a loss of two sets of maps brought to one size. */
const perExample =
  (loss: (s: Rows, t: Rows) => number): PairLoss =>
  (s, t) => {
    const [a, b] = sameSize(s, t)
    return mean(a.of.map((map, i) => loss(map, b.of[i]!)))
  }

const overChannels = (x: Rows, p: number): number[] =>
  range(x[0]!.length).map((k) => mean(x.map((channel) => channel[k]! ** p)))

export const fitnet = (pairs: readonly (readonly [Shape, Shape])[]): Variant =>
  onMaps('fitnet', pairs, eachPair(perExample((s, t) => meanSquare(s.flat(), t.flat()))), { terms: false })

export const at = (pairs: readonly (readonly [Shape, Shape])[], p: number): Variant =>
  onMaps(
    'at',
    pairs,
    eachPair(perExample((s, t) => meanSquare(unit(overChannels(s, p)), unit(overChannels(t, p))))),
    { hyper: { p } },
  )

export const sp = (pairs: readonly (readonly [Shape, Shape])[]): Variant =>
  onMaps(
    'sp',
    pairs,
    eachPair((s, t) => {
      const gram = (x: Maps): number[][] => {
        const flat = x.of.map((map) => map.flat())
        return flat.map((a) => unit(flat.map((b) => dot(a, b))))
      }
      return meanSquare(gram(s).flat(), gram(t).flat())
    }),
  )

export const nst = (pairs: readonly (readonly [Shape, Shape])[]): Variant =>
  onMaps(
    'nst',
    pairs,
    eachPair(
      perExample((s, t) => {
        const kernel = (a: Rows, b: Rows): number =>
          mean(a.flatMap((x) => b.map((y) => square(dot(unit(x), unit(y))))))
        return kernel(t, t) + kernel(s, s) - 2 * kernel(s, t)
      }),
    ),
  )

export const fsp = (stages: readonly Shape[], hints: readonly Shape[]): Variant =>
  onMaps(
    'fsp',
    stages.map((shape, i) => [shape, hints[i]!] as const),
    (s, t) =>
      s.slice(1).map((top, i) => {
        const flow = (bottom: Maps, above: Maps): number[][] => {
          const [a, b] = sameSize(bottom, above)
          return a.of.map((x, n) => x.flatMap((c) => b.of[n]!.map((d) => dot(c, d) / c.length)))
        }
        return meanSquare(flow(s[i]!, top).flat(), flow(t[i]!, t[i + 1]!).flat())
      }),
  )

export const ft = (pairs: readonly (readonly [Shape, Shape])[], p1: number, p2: number): Variant =>
  onMaps(
    'ft',
    pairs,
    eachPair(
      perExample((s, t) => {
        const gap = minus(unit(overChannels(s, p1)), unit(overChannels(t, p1)))
        return mean(gap.map((v) => (p2 === 1 ? Math.abs(v) : v ** p2)))
      }),
    ),
    { hyper: { p1, p2 }, terms: false },
  )

export const ab = (shapes: readonly Shape[], margin: number): Variant =>
  onMaps(
    'ab',
    shapes.map((shape) => [shape, shape] as const),
    (s, t) =>
      s.map((map, i) => {
        const hint = t[i]!.of.flat(2)
        const pushed = map.of
          .flat(2)
          .map((x, k) => (hint[k]! > 0 ? square(Math.max(0, margin - x)) : square(Math.max(0, x + margin))))
        return (sum(pushed) / map.of.length) * 0.003 * 2 ** (i - s.length + 1)
      }),
    { hyper: { margin, feat_num: shapes.length } },
  )

export const reviewkd = (shapes: readonly Shape[]): Variant =>
  onMaps(
    'reviewkd_hcl',
    shapes.map((shape) => [shape, shape] as const),
    eachPair((s, t) => {
      const levels = [4, 2, 1].filter((size) => size < s.height)
      const errors = [
        meanSquare(s.of.flat(2), t.of.flat(2)),
        ...levels.map((size) =>
          meanSquare(pooled(s, size, size).of.flat(2), pooled(t, size, size).of.flat(2)),
        ),
      ]
      return sum(errors.map((e, k) => e / 2 ** k)) / sum(errors.map((_, k) => 1 / 2 ** k))
    }),
    { terms: false },
  )

function onEmbeddings(
  method: string,
  [batch, width, teacherWidth]: readonly [number, number, number],
  hyper: Variant['hyper'],
  formula: (s: Rows, t: Rows) => Result,
): Variant {
  return {
    method,
    hyper,
    shapes: { student_embedding: [batch, width], teacher_embedding: [batch, teacherWidth] },
    trained: ['student_embedding'],
    formula: (inputs) => formula(rows(inputs.student_embedding!), rows(inputs.teacher_embedding!)),
  }
}

export const cc = (batch: number, width: number): Variant =>
  onEmbeddings('cc', [batch, width, width], {}, (s, t) => {
    const gaps = s.map((row, i) => minus(row, t[i]!).map(Math.abs))
    return { loss: mean(range(batch - 1).map((i) => dot(gaps[i]!, gaps[i + 1]!))) }
  })

export const pkt = (sizes: readonly [number, number, number], eps: number): Variant =>
  onEmbeddings('pkt', sizes, { eps }, (s, t) => {
    const near = (x: Rows): number[][] => {
      const long = x.map((row) => scaled(row, 1 / (norm(row) + eps)))
      return long.map((a) => {
        const row = long.map((b) => (dot(a, b) + 1) / 2)
        return scaled(row, 1 / sum(row))
      })
    }
    const [own, target] = [near(s).flat(), near(t).flat()]
    return { loss: mean(target.map((p, k) => p * Math.log((p + eps) / (own[k]! + eps)))) }
  })

export const rkd = (sizes: readonly [number, number, number], w_distance: number, w_angle: number): Variant =>
  onEmbeddings('rkd', sizes, { w_distance, w_angle }, (s, t) => {
    const distances = (x: Rows): number[] => {
      const all = x.flatMap((a) => x.map((b) => norm(minus(a, b))))
      return scaled(all, 1 / mean(all.filter((d) => d > 0)))
    }
    const angles = (x: Rows): number[] =>
      x.flatMap((origin) => {
        const directions = x.map((other) => {
          const way = minus(other, origin)
          return norm(way) === 0 ? way : unit(way)
        })
        return directions.flatMap((a) => directions.map((b) => dot(a, b)))
      })
    const distance = mean(minus(distances(s), distances(t)).map(huber))
    const angle = mean(minus(angles(s), angles(t)).map(huber))
    return { loss: w_distance * distance + w_angle * angle, terms: { distance, angle } }
  })

export const vid = (student: Shape, teacher: Shape, hidden: number, eps: number): Variant => {
  const [, inputs] = student
  const [, outputs] = teacher
  const trained = ['student_feat', 'conv1', 'conv2', 'conv3', 'log_scale']
  return {
    method: 'vid',
    hyper: { init_pred_var: 5, eps },
    shapes: {
      student_feat: student,
      teacher_feat: teacher,
      conv1: [hidden, inputs, 1, 1],
      conv2: [hidden, hidden, 1, 1],
      conv3: [outputs, hidden, 1, 1],
      log_scale: [outputs],
    },
    spread: { conv1: 1, conv2: 1, conv3: 1, log_scale: 1 },
    trained,
    formula: (given) => {
      const [s, t] = sameSize(maps(given.student_feat!), maps(given.teacher_feat!))
      const mix = (kernel: Rows, x: Rows): number[][] =>
        kernel.map((row) => range(x[0]!.length).map((k) => sum(row.map((w, c) => w * x[c]![k]!))))
      const relu = (x: Rows): number[][] => x.map((row) => row.map((v) => Math.max(0, v)))
      const [a, b, c] = [rows(given.conv1!), rows(given.conv2!), rows(given.conv3!)]
      const variances = given.log_scale!.data.map((v) => Math.log(1 + Math.exp(v)) + eps)
      const losses = s.of.map((x, i) => {
        const mu = mix(c, relu(mix(b, relu(mix(a, x)))))
        return mean(
          mu.flatMap((row, channel) =>
            row.map((v, k) => {
              const spread = variances[channel]!
              return (square(v - t.of[i]![channel]![k]!) / spread + Math.log(spread)) / 2
            }),
          ),
        )
      })
      return { loss: mean(losses) }
    },
  }
}

/** Mutual contrast of any number of networks; gradients go through the anchors' own divergence alone and are not compared. */
export const mcl = (networks: number, labels: Row, width: number, tau: number, kd_T: number): Variant => ({
  method: 'mcl_supervised',
  hyper: { networks, tau, kd_T },
  shapes: Object.fromEntries(range(networks).map((k) => [`embedding_${k}`, [labels.length, width]])),
  labels,
  formula: (inputs) => {
    const embedded = range(networks).map((k) => rows(inputs[`embedding_${k}`]!).map(unit))
    const similar = (a: number, b: number): number[][] =>
      embedded[a]!.map((x) => embedded[b]!.map((y) => dot(x, y) / tau))
    const contrast = (scores: Rows): number =>
      mean(
        scores.map((row, i) => {
          const others = range(labels.length).filter((j) => j !== i)
          const log = logSoftmax(others.map((j) => row[j]!))
          return -mean(log.filter((_, k) => labels[others[k]!] === labels[i]))
        }),
      )
    const apart = (target: Rows, own: Rows): number =>
      mean(target.map((row, i) => kd_T ** 2 * kl(scaled(row, 1 / kd_T), scaled(own[i]!, 1 / kd_T))))
    const all = range(networks)
    const others = all.flatMap((a) => all.filter((b) => b !== a).map((b) => [a, b] as const))
    const terms = {
      vcl: sum(all.map((k) => contrast(similar(k, k)))),
      soft_vcl: sum(others.map(([a, b]) => apart(similar(b, b), similar(a, a)))),
      icl: sum(others.map(([a, b]) => contrast(similar(a, b)))),
      soft_icl: sum(others.map(([a, b]) => apart(similar(b, a), similar(a, b)))),
    }
    return { loss: sum(Object.values(terms)), terms }
  },
})
