import * as tf from '@tensorflow/tfjs-core'
import type { StepFunction } from '@umbra/core/trainer'
import { UmbraError } from '@umbra/core'
import { type NodeBackend, handleOf } from '../tensorflow/node-backend.js'
import type { GraphNode } from './graph-node.js'
import { type Recorder, createRecorder } from './recorder.js'
import type { StandIns } from './stand-ins.js'

/** A variable the step reads or assigns. */
export interface StateVariable {
  readonly variable: tf.Variable
  /** Base name of its nodes. */
  readonly name: string
  /** Whether the step uses its value. */
  readonly read: boolean
  /** Node of its value after the step, if the step assigns it. */
  readonly next?: string
}

/** A step as a graph: a placeholder for each input, state as `<variable>/read`. */
export interface RecordedStep {
  readonly nodes: readonly GraphNode[]
  /** Node of each input, by the input's name. */
  readonly inputs: ReadonlyMap<string, string>
  readonly outputs: ReadonlyMap<string, string>
  readonly state: readonly StateVariable[]
}

/**
 * Runs a step once and records it. Variables keep their values.
 *
 * `constants` are variables whose values become constants of the graph, like those of other tensors from outside. Throws
 * UMBRA_STEP_IMPURE when the step reads a value, makes a variable or draws random numbers from a hidden state.
 */
export function recordStep(
  backend: NodeBackend,
  step: StepFunction,
  inputs: Readonly<Record<string, tf.Tensor>>,
  constants: ReadonlySet<tf.Tensor>,
  standIns: StandIns,
): RecordedStep {
  const recorder = createRecorder(backend, standIns)
  const variables = trackVariables(backend, recorder, constants)
  const { placeholders, fed } = feedPlaceholders(backend, recorder, inputs)
  const outputs = new Map<string, string>()
  const last = tf.scalar(0)
  last.dispose()
  try {
    recorder.during(() => {
      tf.tidy(() => {
        const results = Object.entries(step(fed))
        for (const [name, tensor] of results) {
          // What is fed cannot be fetched, and what is fetched must not be rewritten: a separate node is neither.
          const T = { kind: 'type', value: backend.getDTypeInteger(tensor.dtype) } as const
          outputs.set(name, recorder.add('Identity', [recorder.reference(handleOf(backend, tensor))], { T }))
        }
        for (const tracked of variables) {
          const handle = handleOf(backend, tracked.variable)
          if (handle === tracked.handle) continue
          if (constants.has(tracked.variable)) throw changedConstant(tracked.variable)
          tracked.next = recorder.reference(handle)
        }
        // The caller of a step owns its outputs, kept ones too.
        for (const [, tensor] of results) if (tensor.id > last.id) tensor.dispose()
      })
    })
  } finally {
    for (const { variable, handle, backup } of variables) {
      if (handleOf(backend, variable) !== handle) variable.assign(backup)
      backup.dispose()
    }
    tf.dispose(fed)
  }
  const { nodes } = recorder
  return { nodes, inputs: placeholders, outputs, state: stateOf(variables, nodes, outputs) }
}

/** A variable while a step is recorded. */
interface TrackedVariable {
  readonly variable: tf.Variable
  /** Base name of its nodes. */
  readonly name: string
  /** Its handle before the step. */
  readonly handle: number
  readonly backup: tf.Tensor
  /** Node of its value after the step, if the step assigns it. */
  next?: string
}

function trackVariables(
  backend: NodeBackend,
  recorder: Recorder,
  constants: ReadonlySet<tf.Tensor>,
): TrackedVariable[] {
  const variables = Object.values(tf.engine().registeredVariables)
  for (const variable of variables) if (!constants.has(variable)) separate(backend, variable)
  const tracked = variables.map((variable, i) => ({
    variable,
    name: `variable_${i}`,
    handle: handleOf(backend, variable),
    backup: tf.keep(tf.clone(variable)),
  }))
  for (const { variable, name, handle } of tracked)
    if (!constants.has(variable)) recorder.name(handle, `${name}/read`, aboutOf(backend, variable))
  return tracked
}

/** A placeholder for each input, and the tensors that stand for them. */
function feedPlaceholders(
  backend: NodeBackend,
  recorder: Recorder,
  inputs: Readonly<Record<string, tf.Tensor>>,
): { readonly placeholders: Map<string, string>; readonly fed: Record<string, tf.Tensor> } {
  const placeholders = new Map<string, string>()
  const fed: Record<string, tf.Tensor> = {}
  for (const [name, tensor] of Object.entries(inputs)) {
    const copy = tf.keep(identity(backend, tensor))
    fed[name] = copy
    const about = aboutOf(backend, tensor)
    const attributes = {
      dtype: { kind: 'type', value: about.dtype },
      shape: { kind: 'shape', value: tensor.shape },
    } as const
    const placeholder = recorder.add('Placeholder', [], attributes, { name: `in_${placeholders.size}` })
    placeholders.set(name, placeholder)
    recorder.name(handleOf(backend, copy), placeholder, about)
  }
  return { placeholders, fed }
}

/** The variables that the step reads or assigns. */
function stateOf(
  variables: readonly TrackedVariable[],
  nodes: readonly GraphNode[],
  outputs: ReadonlyMap<string, string>,
): StateVariable[] {
  const used = new Set([
    ...nodes.flatMap((node) => node.inputs),
    ...outputs.values(),
    ...variables.map(({ next }) => next),
  ])
  return variables.flatMap(({ variable, name, next }) => {
    const read = used.has(`${name}/read`)
    return read || next !== undefined
      ? [{ variable, name, read, ...(next === undefined ? {} : { next }) }]
      : []
  })
}

const aboutOf = (backend: NodeBackend, { dtype, shape }: tf.Tensor) => ({
  dtype: backend.getDTypeInteger(dtype),
  shape,
})

const changedConstant = ({ shape }: tf.Variable): UmbraError =>
  new UmbraError('UMBRA_STEP_IMPURE', {
    subject: `the step assigns a variable of shape [${shape.join(', ')}] that was given as a constant`,
    expected: 'frozen models to be applied without training',
  })

/** A recording identifies tensors by their handles: a variable must not share its handle with a clone of it. */
function separate(backend: NodeBackend, variable: tf.Variable): void {
  const copy = identity(backend, variable)
  variable.assign(copy)
  copy.dispose()
}

/** The same values under a handle of their own; nothing is copied. */
function identity(backend: NodeBackend, tensor: tf.Tensor): tf.Tensor {
  const value = backend.getDTypeInteger(tensor.dtype)
  const attribute = { name: 'T', type: backend.binding.TF_ATTR_TYPE, value }
  return backend.executeSingleOutput('Identity', [attribute], [tensor])
}
