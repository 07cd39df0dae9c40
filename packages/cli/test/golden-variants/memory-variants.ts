import type { Variant } from './make-case.js'
import {
  type Flat,
  type Row,
  type Rows,
  dot,
  maps,
  mean,
  norm,
  pooled,
  range,
  rows,
  scaled,
  sum,
} from './numbers.js'

/** Cumulative normal distribution by Simpson's rule. */
function below(x: number): number {
  const [from, count] = [-12, 800]
  const step = (x - from) / count
  const density = (t: number): number => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI)
  const weight = (i: number): number => (i === 0 || i === count ? 1 : i % 2 === 1 ? 4 : 2)
  return (step / 3) * sum(range(count + 1).map((i) => weight(i) * density(from + i * step)))
}

const margin = (scale: number, shift: number): number => {
  const std = Math.abs(scale)
  const share = below(-shift / std)
  if (share <= 0.001) return -3 * std
  return shift - (std * Math.exp(-((shift / std) ** 2) / 2)) / Math.sqrt(2 * Math.PI) / share
}

/** Any number of stages, the teacher's maps of any size. */
export const ofd = (
  stages: readonly { readonly student: readonly number[]; readonly teacher: readonly number[] }[],
): Variant => ({
  method: 'ofd',
  hyper: { stages: stages.length },
  shapes: Object.fromEntries(
    stages.flatMap(({ student, teacher }, i) => [
      [`student_feat_${i}`, student],
      [`teacher_feat_${i}`, teacher],
      [`bn_weight_${i}`, [student[1]!]],
      [`bn_bias_${i}`, [student[1]!]],
    ]),
  ),
  spread: Object.fromEntries(
    stages.flatMap((_, i) => [
      [`bn_weight_${i}`, 2],
      [`bn_bias_${i}`, 3],
    ]),
  ),
  trained: stages.map((_, i) => `student_feat_${i}`),
  formula: (inputs) => {
    const margins = stages.map((_, i) => {
      const [scale, shift] = [inputs[`bn_weight_${i}`]!, inputs[`bn_bias_${i}`]!]
      return scale.data.map((s, c) => margin(s, shift.data[c]!))
    })
    const losses = stages.map((_, i) => {
      const s = maps(inputs[`student_feat_${i}`]!)
      const t = pooled(maps(inputs[`teacher_feat_${i}`]!), s.height, s.width)
      const each = s.of.flatMap((example, b) =>
        example.flatMap((map, c) =>
          map.map((x, k) => {
            const target = Math.max(t.of[b]![c]![k]!, margins[i]![c]!)
            return x > target || target > 0 ? (x - target) ** 2 : 0
          }),
        ),
      )
      return sum(each) / s.of.length / 2 ** (stages.length - i - 1)
    })
    const extra = Object.fromEntries(
      margins.map((row, i) => [`margin_${i}`, { shape: [row.length], data: row }]),
    )
    return { loss: sum(losses), outputs: { extra } }
  },
})

interface Crd {
  readonly samples: number
  readonly negatives: number
  readonly dimension: number
  readonly T: number
  readonly momentum: number
  /** Normalisers of an earlier batch, if there was one. */
  readonly Z?: readonly [number, number]
}

/** Contrast with memories; gradients are compared on the published cases, since Z and the memories are constants in them. */
export const crd = (idx: Row, widths: readonly [number, number], crd: Crd): Variant => {
  const { samples, negatives, dimension, T, momentum, Z } = crd
  const batch = idx.length
  return {
    method: 'crd',
    hyper: {
      n_data: samples,
      K: negatives,
      feat_dim: dimension,
      T,
      momentum,
      ...(Z && { Z_v1: Z[0], Z_v2: Z[1] }),
    },
    shapes: {
      student_feat: [batch, widths[0]],
      teacher_feat: [batch, widths[1]],
      embed_s_weight: [dimension, widths[0]],
      embed_s_bias: [dimension],
      embed_t_weight: [dimension, widths[1]],
      embed_t_bias: [dimension],
      memory_v1: [samples, dimension],
      memory_v2: [samples, dimension],
    },
    given: {
      idx: { shape: [batch], data: idx },
      contrast_idx: {
        shape: [batch, negatives + 1],
        data: idx.flatMap((own) => [
          own,
          ...range(negatives).map((k) => (own + 1 + ((k * 3) % (samples - 1))) % samples),
        ]),
      },
    },
    formula: (inputs) => {
      const embed = (feature: Flat, weight: Flat, bias: Flat): Rows =>
        rows(feature).map((x) => {
          const mapped = rows(weight).map((w, d) => dot(w, x) + bias.data[d]!)
          return scaled(mapped, 1 / norm(mapped))
        })
      const v1 = embed(inputs.student_feat!, inputs.embed_s_weight!, inputs.embed_s_bias!)
      const v2 = embed(inputs.teacher_feat!, inputs.embed_t_weight!, inputs.embed_t_bias!)
      const [memory1, memory2] = [rows(inputs.memory_v1!), rows(inputs.memory_v2!)]
      const drawn = rows(inputs.contrast_idx!)
      const direction = (v: Rows, memory: Rows, fixed: number | undefined) => {
        const raw = v.map((x, i) => drawn[i]!.map((j) => Math.exp(dot(x, memory[j]!) / T)))
        const z = fixed ?? mean(raw.flat()) * samples
        const noise = negatives / samples
        const out = raw.map((row) => scaled(row, 1 / z))
        const losses = out.map(([positive = 0, ...rest]) => {
          const found = Math.log(positive / (positive + noise + 1e-7))
          return -found - sum(rest.map((p) => Math.log(noise / (p + noise + 1e-7))))
        })
        return { z, out, loss: mean(losses) }
      }
      const moved = (v: Rows, memory: Rows): Flat => {
        const after = v.map((x, i) => {
          const row = x.map((value, d) => momentum * memory[idx[i]!]![d]! + (1 - momentum) * value)
          return scaled(row, 1 / norm(row))
        })
        return { shape: [batch, dimension], data: after.flat() }
      }
      const s = direction(v1, memory2, Z?.[0])
      const t = direction(v2, memory1, Z?.[1])
      const table = (x: Rows): Flat => ({ shape: [batch, negatives + 1], data: x.flat() })
      return {
        loss: s.loss + t.loss,
        terms: { s_loss: s.loss, t_loss: t.loss, Z_v1: s.z, Z_v2: t.z },
        outputs: {
          extra: {
            out_v1: table(s.out),
            out_v2: table(t.out),
            updated_memory_v1_rows: moved(v1, memory1),
            updated_memory_v2_rows: moved(v2, memory2),
          },
        },
      }
    },
  }
}
