import type { Variable } from '@tensorflow/tfjs-core'
import type { ObjectiveModels, Prepared, StaticShapes, TensorRecord } from '../contracts/objective.js'
import { describeValue, isTensor } from '../errors/describe-value.js'
import { UmbraError } from '../errors/umbra-error.js'
import { checkObjective } from '../objective/check-objective.js'
import { isPlainObject } from '../util/frozen-copy.js'
import { namedSeed } from '../random/stream.js'
import { tf } from '../tf.js'
import type { Arm, NewArm } from './arm.js'

/**
 * Runs an objective's `prepare` and makes variables of what it returns. Throws UMBRA_TERMS for an objective that breaks its
 * contract, for what is no tensor, and for a name used twice.
 */
export function prepareObjective(
  spec: NewArm,
  shapes: StaticShapes,
  models: ObjectiveModels,
): Pick<Arm, 'variables' | 'state'> {
  const subject = `method "${spec.method}"`
  checkObjective(spec.objective, subject)
  const seedFor = (method: string): number => namedSeed(spec.seed, `objective/${method}`)
  const prepared = spec.objective.prepare?.(shapes, seedFor(spec.method), models, seedFor) ?? {}
  checkPrepared(prepared, subject)
  const variables = toVariables(prepared.variables, true)
  const state = toVariables(prepared.state, false)
  checkNames(prepared, spec)
  return { variables, state }
}

/** Throws UMBRA_TERMS for what `prepare` returned if it is not tensors by name. */
function checkPrepared(prepared: Prepared, subject: string): void {
  const fail = (expected: string, received: string): never => {
    throw new UmbraError('UMBRA_TERMS', { subject: `\`prepare\` of ${subject}`, expected, received })
  }
  if (!isPlainObject(prepared)) fail('`variables` and `state`', describeValue(prepared))
  for (const kind of Object.keys(prepared))
    if (kind !== 'variables' && kind !== 'state') fail('`variables` and `state`', `\`${kind}\``)
  for (const kind of ['variables', 'state'] as const) {
    // Widened: a plugin may have ignored the types.
    const values: unknown = prepared[kind]
    if (values === undefined) continue
    if (!isPlainObject(values)) fail(`\`${kind}\` by name`, describeValue(values))
    for (const [name, value] of Object.entries(values as Readonly<Record<string, unknown>>))
      if (!isTensor(value)) fail(`a tensor as "${name}" of \`${kind}\``, describeValue(value))
  }
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
