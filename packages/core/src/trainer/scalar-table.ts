import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core'
import { type Scheduled, valueAt } from '../recipe/schedule.js'
import { tf } from '../tf.js'

/** Where training stands, for everything that is scheduled. */
export interface Clock {
  /** 1-based. */
  readonly step: number
  /** In epochs, with fractions; taken at the middle of the step. */
  readonly epoch: number
  readonly epochs: number
}

/** A number of each step: scheduled, or computed. */
export type ScalarSource = Scheduled | ((clock: Clock) => number)

/**
 * All numbers that change from step to step, packed in one small vector: one upload a step, and nothing of it is baked
 * into a traced graph.
 */
export interface ScalarTable {
  readonly values: (clock: Clock) => Float32Array
  /** Names back to scalars, inside the step. */
  readonly unpack: (vector: Tensor1D) => Readonly<Record<string, Scalar>>
}

export function createScalarTable(sources: Readonly<Record<string, ScalarSource>>): ScalarTable {
  const names = Object.keys(sources)
  return {
    values: (clock) =>
      Float32Array.from(Object.values(sources), (source) =>
        typeof source === 'function' ? source(clock) : valueAt(source, clock.epoch, clock.epochs),
      ),
    unpack: (vector) => {
      const scalars = tf.unstack(vector) as Scalar[]
      // `values` packs one number for each name.
      return Object.fromEntries(names.map((name, i) => [name, scalars[i]!]))
    },
  }
}
