import type { Tensor, Variable } from '@tensorflow/tfjs-core'
import type { ArmInfo } from '../contracts/hooks.js'
import type { HookRunner } from '../hooks/hook-runner.js'
import { tf } from '../tf.js'

/** Variables that hooks carry from step to step, by source and name. */
export type CarriedVariables = Readonly<Record<string, Readonly<Record<string, Variable>>>>

/** Makes what the `weights` hooks carry for an arm, from its initial weights. */
export function carriedVariables(
  hooks: HookRunner,
  weights: ReadonlyMap<string, Variable>,
  info: ArmInfo,
): CarriedVariables {
  if (!hooks.has('weights')) return {}
  // Copies: a hook may return the weights themselves.
  const initial = tf.tidy(() => hooks.initial('weights', copies(weights), info))
  const made = mapStates(initial, (value) => tf.variable(value, false))
  tf.dispose(initial)
  return made
}

/** Copies of the variables' values, which later assignments do not change. */
export const copies = (variables: ReadonlyMap<string, Variable>): Record<string, Tensor> =>
  Object.fromEntries([...variables].map(([name, variable]) => [name, tf.clone<Tensor>(variable)]))

/** Maps what is carried, by source and name. */
export const mapStates = <A, B>(
  states: Readonly<Record<string, Readonly<Record<string, A>>>>,
  map: (value: A) => B,
): Record<string, Record<string, B>> =>
  Object.fromEntries(
    Object.entries(states).map(([source, state]) => [
      source,
      Object.fromEntries(Object.entries(state).map(([name, value]) => [name, map(value)])),
    ]),
  )
