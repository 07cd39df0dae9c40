import type { Variable } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { namedWeights } from '../model/weight-names.js'
import { weightVariable } from '../model/weight-variable.js'
import type { Optimiser } from '../optim/optimiser.js'
import { tf } from '../tf.js'
import type { Arm, Parameter } from './arm.js'

/** A weight of one of an arm's networks. */
export interface NamedVariable {
  readonly name: string
  readonly variable: Variable
  readonly trained: boolean
}

/** The weights of a network, named `prefix/…`. */
export function weightsOf(model: LayersModel, prefix: string): NamedVariable[] {
  const trained = new Set(model.trainableWeights)
  return [...namedWeights(model)].map(([name, weight]) => ({
    name: `${prefix}/${name}`,
    variable: weightVariable(weight),
    trained: trained.has(weight),
  }))
}

/** What the optimiser moves: the trained weights, then the objective's variables. Makes their slots. */
export function createParameters(
  weights: readonly NamedVariable[],
  variables: Arm['variables'],
  optimiser: Optimiser,
): Parameter[] {
  const withSlots = (name: string, variable: Variable, ofObjective: boolean): Parameter => ({
    name,
    variable,
    ofObjective,
    slots: Object.fromEntries(optimiser.slots.map((slot) => [slot, zeros(variable)])),
  })
  return [
    ...weights.filter(({ trained }) => trained).map(({ name, variable }) => withSlots(name, variable, false)),
    ...Object.entries(variables).map(([name, variable]) => withSlots(`objective/${name}`, variable, true)),
  ]
}

/** Everything of an arm that has to be saved, by its name in a checkpoint. */
export function savedVariables(
  weights: readonly NamedVariable[],
  { variables, state, parameters, carried }: Pick<Arm, 'variables' | 'state' | 'parameters' | 'carried'>,
): Map<string, Variable> {
  const saved = new Map<string, Variable>()
  for (const { name, variable } of weights) saved.set(name, variable)
  for (const [name, variable] of Object.entries(variables)) saved.set(`objective/${name}`, variable)
  for (const [name, variable] of Object.entries(state)) saved.set(`state/${name}`, variable)
  for (const { name, slots } of parameters)
    for (const [slot, variable] of Object.entries(slots)) saved.set(`slot/${slot}/${name}`, variable)
  for (const [source, values] of Object.entries(carried))
    for (const [name, variable] of Object.entries(values)) saved.set(`hook/${source}/${name}`, variable)
  return saved
}

function zeros(like: Variable): Variable {
  const initial = tf.zeros(like.shape)
  const variable = tf.variable(initial, false)
  initial.dispose()
  return variable
}
