import type { Scalar, Tensor } from '@tensorflow/tfjs-core'

/** New values of one parameter and of its slots. */
export interface Update {
  readonly value: Tensor
  readonly slots: Readonly<Record<string, Tensor>>
}

/** An optimiser as pure functions: no state of its own, slots start at zero and belong to the trainer. */
export interface Optimiser {
  readonly slots: readonly string[]
  /** Numbers of one step (1-based), handed to `update` as tensors; computed in double precision. */
  readonly scalars: (step: number, lr: number) => Readonly<Record<string, number>>
  /** Pure tensor code. */
  readonly update: (
    parameter: Tensor,
    gradient: Tensor,
    slots: Readonly<Record<string, Tensor>>,
    scalars: Readonly<Record<string, Scalar>>,
  ) => Update
}
