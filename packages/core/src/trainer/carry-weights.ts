import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core'
import type { HookRunner } from '../hooks/hook-runner.js'
import { tf } from '../tf.js'
import type { Arm } from './arm.js'
import { studentVariables } from './best-epoch.js'
import { copies, mapStates } from './carried-variables.js'

/** Runs the `weights` hooks on the student's new weights, and assigns what they return. Pure tensor code except for that. */
export function carryWeights(
  arm: Arm,
  hooks: HookRunner,
  { step, progress }: Readonly<Record<'step' | 'progress', Scalar>>,
): void {
  if (!hooks.has('weights')) return
  const { spec, carried } = arm
  const variables = studentVariables(arm)
  const before = copies(variables)
  const states = mapStates(carried, (variable) => tf.clone<Tensor>(variable))
  const info = { arm: spec.id, method: spec.method, seed: spec.seed, step, progress }
  const after = hooks.carry('weights', before, states, info)
  for (const [name, variable] of variables) assign(variable, before[name], after.value[name])
  for (const [source, state] of Object.entries(carried))
    for (const [name, variable] of Object.entries(state))
      assign(variable, states[source]?.[name], after.states[source]?.[name])
}

const assign = (variable: Variable, before: Tensor | undefined, after: Tensor | undefined): void => {
  if (after !== undefined && after !== before) variable.assign(after)
}
