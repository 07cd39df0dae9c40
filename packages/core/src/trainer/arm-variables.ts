import type { Variable } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { namedWeights } from '../model/weight-names.js'
import { weightVariable } from '../model/weight-variable.js'
import type { BoundOptimiser } from '../optim/bind-optimiser.js'
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

/** What the optimiser moves: the trained weights, then the objective's variables. Makes what it carries for each. */
export function createParameters(
  weights: readonly NamedVariable[],
  variables: Arm['variables'],
  optimiser: BoundOptimiser,
): Parameter[] {
  const withSlots = (name: string, variable: Variable, ofObjective: boolean): Parameter => ({
    name,
    variable,
    ofObjective,
    slots: initialSlots(variable, optimiser),
  })
  const made: Parameter[] = []
  try {
    for (const { name, variable, trained } of weights)
      if (trained) made.push(withSlots(name, variable, false))
    for (const [name, variable] of Object.entries(variables))
      made.push(withSlots(`objective/${name}`, variable, true))
    return made
  } catch (error) {
    tf.dispose(made.map(({ slots }) => Object.values(slots)))
    throw error
  }
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

function initialSlots(weight: Variable, optimiser: BoundOptimiser): Record<string, Variable> {
  const initial = tf.tidy(() => optimiser.initial(weight))
  const slots = Object.fromEntries(
    Object.entries(initial).map(([name, value]) => [name, tf.variable(value, false)]),
  )
  tf.dispose(initial)
  return slots
}
