import { tf } from '../tf.js'
import type { BoundOptimiser } from './bind-optimiser.js'

/** Shapes of weights: of a bias, a dense and a convolution kernel. */
const SHAPES = [[3], [2, 3], [2, 2, 3, 2]]

/** Moves a few weights twice, so that an optimiser whose code breaks is found before anything is trained. Throws what it throws. */
export function rehearseOptimiser({ initial, scalars, update }: BoundOptimiser): void {
  tf.tidy(() => {
    for (const shape of SHAPES) {
      let moving = { weight: tf.fill(shape, 0.5), state: initial(tf.fill(shape, 0.5)) }
      for (const step of [1, 2]) {
        const numbers = Object.entries({ ...scalars(step, 0.01), step })
        const tensors = Object.fromEntries(numbers.map(([name, value]) => [name, tf.scalar(value)]))
        moving = update(moving.weight, tf.fill(shape, 0.1), moving.state, tensors)
      }
    }
  })
}
