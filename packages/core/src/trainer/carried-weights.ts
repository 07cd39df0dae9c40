import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core'
import type { ArmInfo } from '../contracts/hooks.js'
import type { HookRunner } from '../hooks/hook-runner.js'
import { tf } from '../tf.js'
import type { Arm } from './arm.js'
import { studentVariables } from './best-epoch.js'

/** Variables that hooks carry from step to step, by source and name. */
export type CarriedVariables = Readonly<Record<string, Readonly<Record<string, Variable>>>>

/** Makes what the `weights` hooks carry for an arm, from its initial weights. */
export function carriedVariables(
  hooks: HookRunner,
  weights: ReadonlyMap<string, Variable>,
  info: ArmInfo,
): CarriedVariables {
  if (!hooks.has('weights')) return {}
  // Copies: what a hook hands back may be the weights themselves.
  const initial = tf.tidy(() => hooks.initial('weights', copies(weights), info))
  const made = mapStates(initial, (value) => tf.variable(value, false))
  tf.dispose(initial)
  return made
}

/** Runs the `weights` hooks on the student's new weights, and assigns what they made of them. Pure but for that. */
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

const copies = (variables: ReadonlyMap<string, Variable>): Record<string, Tensor> =>
  Object.fromEntries([...variables].map(([name, variable]) => [name, tf.clone<Tensor>(variable)]))

const mapStates = <A, B>(
  states: Readonly<Record<string, Readonly<Record<string, A>>>>,
  map: (value: A) => B,
): Record<string, Record<string, B>> =>
  Object.fromEntries(
    Object.entries(states).map(([source, state]) => [
      source,
      Object.fromEntries(Object.entries(state).map(([name, value]) => [name, map(value)])),
    ]),
  )
