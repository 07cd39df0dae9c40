import type { Variable } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Objective } from '../contracts/objective.js'
import type { NoiseSite } from '../model/layer-noise.js'
import type { TappedModel } from '../model/tapped-model.js'
import type { BoundOptimiser } from '../optim/bind-optimiser.js'
import type { CarriedVariables } from './carried-variables.js'

/** One student with one method and one seed, before training. */
export interface NewArm {
  /** Unique in a run; also its folder's name: `kd-s0`. */
  readonly id: string
  /** The method's id. */
  readonly method: string
  readonly seed: number
  /** Owned by the arm from here on. */
  readonly model: LayersModel
  /** Tap aliases of the model. */
  readonly aliases: Readonly<Record<string, string>>
  readonly objective: Objective
  /** Makes the i-th of the other students an objective asks for. */
  readonly peer?: (index: number) => LayersModel
  /** Which of the cohort's teachers it learns from, by index; all of them when left out. */
  readonly teachers?: readonly number[]
}

/** Something the optimiser moves. */
export interface Parameter {
  readonly name: string
  readonly variable: Variable
  /** What the optimiser carries for it from step to step. */
  readonly slots: Readonly<Record<string, Variable>>
  /** Whether it belongs to the objective: then a missing gradient is an error of the method. */
  readonly ofObjective: boolean
}

/** An arm in training: everything that changes is a tf.Variable here. */
export interface Arm {
  readonly spec: NewArm
  readonly student: TappedModel
  readonly peers: readonly TappedModel[]
  /** Random numbers that each network's forward pass takes, by network: `student`, `peer-0`. */
  readonly noise: Readonly<Record<string, readonly NoiseSite[]>>
  readonly parameters: readonly Parameter[]
  /** The objective's trained variables and its state. */
  readonly variables: Readonly<Record<string, Variable>>
  readonly state: Readonly<Record<string, Variable>>
  /** What `weights` hooks carry from step to step, by source. */
  readonly carried: CarriedVariables
  readonly optimiser: BoundOptimiser
  /** Everything that has to be saved, by its name in a checkpoint. */
  readonly saved: ReadonlyMap<string, Variable>
  readonly dispose: () => void
}
