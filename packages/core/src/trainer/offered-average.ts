import type { TensorRecord } from '../contracts/objective.js'
import type { HookRunner } from '../hooks/hook-runner.js'
import { tf } from '../tf.js'
import type { Arm } from './arm.js'
import { studentVariables } from './best-epoch.js'
import { copies } from './carried-variables.js'

/**
 * Runs an action with the average that a hook offers in place of the student's weights, then restores these exactly.
 * Undefined where none is offered. The variables must be current (`pull`).
 */
export async function withAverage<T>(
  arm: Arm,
  hooks: HookRunner,
  action: () => Promise<T>,
): Promise<T | undefined> {
  if (!hooks.has('average')) return undefined
  const variables = studentVariables(arm)
  const before = tf.tidy(() => copies(variables))
  try {
    const average = offered(arm, hooks, before)
    if (average === undefined) return undefined
    for (const [name, value] of Object.entries(average)) variables.get(name)?.assign(value)
    tf.dispose(average)
    return await action()
  } finally {
    for (const [name, variable] of variables) {
      const value = before[name]
      if (value !== undefined) variable.assign(value)
    }
    tf.dispose(before)
  }
}

/** Asks for an average once before training, so that a wrong one is found before hours are spent. Throws UMBRA_HOOK. */
export function checkAverage(arm: Arm, hooks: HookRunner): void {
  if (!hooks.has('average')) return
  const average = tf.tidy(() => offered(arm, hooks, copies(studentVariables(arm))) ?? {})
  tf.dispose(average)
}

function offered({ spec, carried }: Arm, hooks: HookRunner, weights: TensorRecord): TensorRecord | undefined {
  const info = { arm: spec.id, method: spec.method, seed: spec.seed, weights }
  return tf.tidy(() => {
    const average = hooks.offer('average', carried, info)
    if (average === undefined) return undefined
    // Copies: a hook may offer the tensors that it carries.
    return Object.fromEntries(Object.entries(average).map(([name, value]) => [name, tf.clone(value)]))
  })
}
