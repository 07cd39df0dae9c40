import type { Variable } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type {
  Objective,
  ObjectiveModels,
  Prepared,
  StaticShapes,
  TensorRecord,
} from '../contracts/objective.js'
import { UmbraError } from '../errors/umbra-error.js'
import { type TappedModel, tapModel } from '../model/tapped-model.js'
import { namedWeights } from '../model/weight-names.js'
import { weightVariable } from '../model/weight-variable.js'
import type { HookRunner } from '../hooks/hook-runner.js'
import { createOptimiser } from '../optim/create-optimiser.js'
import type { Optimiser } from '../optim/optimiser.js'
import { namedSeed } from '../random/stream.js'
import type { Recipe } from '../recipe/recipe.js'
import { tf } from '../tf.js'
import { carriedVariables, type CarriedVariables } from './carried-variables.js'

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
  readonly slots: Readonly<Record<string, Variable>>
  /** Whether it came with the objective: then a missing gradient is a mistake of the method. */
  readonly ofObjective: boolean
}

/** An arm in training: everything that changes is a tf.Variable here. */
export interface Arm {
  readonly spec: NewArm
  readonly student: TappedModel
  readonly peers: readonly TappedModel[]
  readonly parameters: readonly Parameter[]
  /** The objective's trained variables and its state. */
  readonly variables: Readonly<Record<string, Variable>>
  readonly state: Readonly<Record<string, Variable>>
  /** What `weights` hooks carry from step to step, by source. */
  readonly carried: CarriedVariables
  readonly optimiser: Optimiser
  /** Everything that has to be saved, by its name in a checkpoint. */
  readonly saved: ReadonlyMap<string, Variable>
  readonly dispose: () => void
}

/** Prepares an arm: taps, the objective's variables, optimiser slots. All shape errors come from here. */
export function createArm(
  spec: NewArm,
  shapes: Omit<StaticShapes, 'student'>,
  models: ObjectiveModels,
  recipe: Recipe,
  hooks: HookRunner,
): Arm {
  const { model, objective } = spec
  const student = tapModel(
    model,
    objective.taps?.student ?? [],
    spec.aliases,
    `the student of arm "${spec.id}"`,
  )
  const seedFor = (method: string): number => namedSeed(spec.seed, `objective/${method}`)
  const prepared =
    objective.prepare?.(
      { ...shapes, student: student.shapes(shapes.batch) },
      seedFor(spec.method),
      models,
      seedFor,
    ) ?? {}
  const variables = toVariables(prepared.variables, true)
  const state = toVariables(prepared.state, false)
  checkNames(prepared, spec)

  const peerModels = Array.from({ length: objective.peers ?? 0 }, (_, i) => makePeer(spec, i))
  const peers = peerModels.map((peer) =>
    tapModel(peer, objective.taps?.student ?? [], spec.aliases, `a peer of arm "${spec.id}"`),
  )

  const optimiser = createOptimiser(recipe.optimiser)
  const weights = [
    ...weightsOf(model, 'student'),
    ...peerModels.flatMap((peer, i) => weightsOf(peer, `peer-${i}`)),
  ]
  const withSlots = (name: string, variable: Variable, ofObjective: boolean): Parameter => ({
    name,
    variable,
    ofObjective,
    slots: Object.fromEntries(optimiser.slots.map((slot) => [slot, zeros(variable)])),
  })
  const parameters = [
    ...weights.filter(({ trained }) => trained).map(({ name, variable }) => withSlots(name, variable, false)),
    ...Object.entries(variables).map(([name, variable]) => withSlots(`objective/${name}`, variable, true)),
  ]

  const saved = new Map<string, Variable>()
  for (const { name, variable } of weights) saved.set(name, variable)
  for (const [name, variable] of Object.entries(variables)) saved.set(`objective/${name}`, variable)
  for (const [name, variable] of Object.entries(state)) saved.set(`state/${name}`, variable)
  for (const { name, slots } of parameters)
    for (const [slot, variable] of Object.entries(slots)) saved.set(`slot/${slot}/${name}`, variable)

  const carried = carriedVariables(
    hooks,
    new Map(weightsOf(model, '').map(({ name, variable }) => [name.slice(1), variable])),
    { arm: spec.id, method: spec.method, seed: spec.seed },
  )
  for (const [source, values] of Object.entries(carried))
    for (const [name, variable] of Object.entries(values)) saved.set(`hook/${source}/${name}`, variable)

  return {
    spec,
    student,
    peers,
    parameters,
    variables,
    state,
    carried,
    optimiser,
    saved,
    dispose: () => {
      tf.dispose([
        Object.values(variables),
        Object.values(state),
        Object.values(carried).map((values) => Object.values(values)),
        parameters.map(({ slots }) => Object.values(slots)),
      ])
      model.dispose()
      for (const peer of peerModels) peer.dispose()
    },
  }
}

interface NamedVariable {
  readonly name: string
  readonly variable: Variable
  readonly trained: boolean
}

function weightsOf(model: LayersModel, prefix: string): NamedVariable[] {
  const trained = new Set(model.trainableWeights)
  return [...namedWeights(model)].map(([name, weight]) => ({
    name: `${prefix}/${name}`,
    variable: weightVariable(weight),
    trained: trained.has(weight),
  }))
}

function makePeer({ peer, method }: NewArm, index: number): LayersModel {
  if (peer !== undefined) return peer(index)
  throw new UmbraError('UMBRA_TERMS', {
    subject: `method "${method}"`,
    expected: 'a run that can make other students',
    received: 'none given to the arm',
  })
}

function zeros(like: Variable): Variable {
  const initial = tf.zeros(like.shape)
  const variable = tf.variable(initial, false)
  initial.dispose()
  return variable
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
