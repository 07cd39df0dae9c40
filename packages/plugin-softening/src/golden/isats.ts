import { type GoldenDefinition, defineGolden, tf, z } from '@umbra/core'
import { goldenHyper, goldenInput, goldenLabels, goldenParts, runGoldenObjective } from '@umbra/core/testing'
import type { Tensor2D } from '@tensorflow/tfjs-core'
import { isats } from '../methods/isats.js'
import { instanceSpecific, instanceTemperatures } from '../softenings/isats.js'
import { varianceOverGrid } from '../softenings/variance-over-grid.js'

const options = z.strictObject({})
const hyper = z.strictObject({
  grid_min: z.number(),
  grid_max: z.number(),
  grid_step: z.number(),
  delta: z.number(),
  tau_s: z.number(),
  lambda: z.number(),
})

/** Cases of `isats`: temperatures, variances over the grid, target and loss under the rule `difference`. */
export const isatsGolden: GoldenDefinition<typeof options> = defineGolden({
  id: 'isats',
  summary: 'Temperatures, target and loss of method isats with its default rule.',
  options,
  evaluate: (golden) =>
    tf.tidy(() => {
      const given = goldenHyper(golden, hyper)
      const method = isats.options.parse({
        gridMin: given.grid_min,
        gridMax: given.grid_max,
        gridStep: given.grid_step,
        delta: given.delta,
        lambda: given.lambda,
        studentTemperature: given.tau_s,
      })
      const scalar = (value: number) => tf.scalar(value)
      const scalars = {
        delta: scalar(given.delta),
        factor1: scalar(1),
        factor2: scalar(1),
        tau1: scalar(1),
      }
      const teacher = goldenInput(golden, 'teacher_logits') as Tensor2D
      const labels = goldenLabels(golden)
      const { tau1, tau2 } = instanceTemperatures(teacher, labels, method, scalars)
      const { probabilities } = instanceSpecific(teacher, labels, method, scalars)
      const { loss, means } = runGoldenObjective(golden, isats.objective(method, goldenParts))
      const { logVariance } = varianceOverGrid(teacher, labels, method)
      return {
        loss,
        terms: { ce: means.ce!, kd: means.softCe! },
        extra: {
          tau1,
          tau2,
          variance_at_grid: tf.exp(logVariance),
          target: probabilities,
        },
      }
    }),
})
