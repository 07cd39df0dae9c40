import { assemble } from '@umbra/core/trainer'
import { createEngine } from '@umbra/engine'
import { PLUGINS } from './first-party.js'
import { type StepLoss, lossesOf } from './train-methods.js'

/** Methods of every plugin that has some; crd has a memory bank. */
export const VARIED = ['ce', 'crd', 'kd', 'mkd', 'discrepancy']

const registry = assemble(PLUGINS)

/** Losses are float32: their last bits, in proportion to what is summed. */
const ROUNDING = 1e-6

/**
 * How far the losses of traced steps are from those of eager ones at most, over the distance of the latter from themselves with
 * a start moved by 1e-7. Which of two roundings is amplified most is chance: a few times is no difference.
 */
export async function tracedDistance(method: string, steps: number): Promise<number> {
  const losses = async (compile: boolean, perturbation = 0) => {
    const engine = await createEngine('tensorflow', { compile })
    const run = await lossesOf({ registry, engine, methods: [method], steps, teachers: 1, perturbation })
    return run[method] ?? []
  }
  const eager = await losses(false)
  const distance = (run: readonly StepLoss[]): number =>
    Math.max(...eager.map(({ loss, summed }, i) => Math.abs((run[i]?.loss ?? NaN) - loss) / summed))
  return distance(await losses(true)) / (distance(await losses(false, 1e-7)) + ROUNDING)
}
