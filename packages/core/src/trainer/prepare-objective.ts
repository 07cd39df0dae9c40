import type { Variable } from '@tensorflow/tfjs-core'
import type { ObjectiveModels, Prepared, StaticShapes, TensorRecord } from '../contracts/objective.js'
import { UmbraError } from '../errors/umbra-error.js'
import { namedSeed } from '../random/stream.js'
import { tf } from '../tf.js'
import type { Arm, NewArm } from './arm.js'

/** Runs an objective's `prepare` and makes variables of what it returns. Throws UMBRA_TERMS for a name used twice. */
export function prepareObjective(
  spec: NewArm,
  shapes: StaticShapes,
  models: ObjectiveModels,
): Pick<Arm, 'variables' | 'state'> {
  const seedFor = (method: string): number => namedSeed(spec.seed, `objective/${method}`)
  const prepared = spec.objective.prepare?.(shapes, seedFor(spec.method), models, seedFor) ?? {}
  const variables = toVariables(prepared.variables, true)
  const state = toVariables(prepared.state, false)
  checkNames(prepared, spec)
  return { variables, state }
}

function toVariables(initial: TensorRecord | undefined, trainable: boolean): Record<string, Variable> {
  const made = Object.entries(initial ?? {}).map(([name, value]) => {
    const variable = tf.variable(value, trainable)
    value.dispose()
    return [name, variable] as const
  })
  return Object.fromEntries(made)
}

function checkNames({ variables = {}, state = {} }: Prepared, spec: NewArm): void {
  const shared = Object.keys(variables).find((name) => name in state)
  if (shared !== undefined)
    throw new UmbraError('UMBRA_TERMS', {
      subject: `method "${spec.method}"`,
      expected: 'different names for variables and state',
      received: `"${shared}" as both`,
    })
}
