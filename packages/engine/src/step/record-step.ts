import * as tf from '@tensorflow/tfjs-core'
import type { StepFunction } from '@umbra/core/trainer'
import { UmbraError } from '@umbra/core'
import type { NodeBackend } from '../tensorflow/node-backend.js'
import type { GraphNode } from './graph-node.js'
import { createRecorder } from './recorder.js'
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
 * Runs a step once and records it. Variables have their old values again afterwards.
 *
 * `constants` are variables whose values are baked in, as are those of other tensors from outside. Throws UMBRA_STEP_IMPURE
 * when the step reads a value, makes a variable or draws random numbers from a hidden state.
 */
export function recordStep(
  backend: NodeBackend,
  step: StepFunction,
  inputs: Readonly<Record<string, tf.Tensor>>,
  constants: ReadonlySet<tf.Tensor>,
  standIns: StandIns,
): RecordedStep {
  const handle = (tensor: tf.Tensor): number => backend.getInputTensorIds([tensor])[0]!
  const recorder = createRecorder(backend, standIns)
  const variables = Object.values(tf.engine().registeredVariables)
  for (const variable of variables) if (!constants.has(variable)) separate(backend, variable)
  const before = variables.map(handle)
  const backups = variables.map((variable) => tf.keep(tf.clone(variable)))
  const names = variables.map((_, i) => `variable_${i}`)
  const about = ({ dtype, shape }: tf.Tensor) => ({ dtype: backend.getDTypeInteger(dtype), shape })
  variables.forEach((variable, i) => {
    if (!constants.has(variable)) recorder.name(before[i]!, `${names[i]!}/read`, about(variable))
  })

  const placeholders = new Map<string, string>()
  const given: Record<string, tf.Tensor> = {}
  for (const [name, tensor] of Object.entries(inputs)) {
    given[name] = tf.keep(identity(backend, tensor))
    const attributes = {
      dtype: { kind: 'type', value: backend.getDTypeInteger(tensor.dtype) },
      shape: { kind: 'shape', value: tensor.shape },
    } as const
    const placeholder = recorder.add('Placeholder', [], attributes, { name: `in_${placeholders.size}` })
    placeholders.set(name, placeholder)
    recorder.name(handle(given[name]), placeholder, about(tensor))
  }

  const outputs = new Map<string, string>()
  const nexts: (string | undefined)[] = []
  const last = tf.scalar(0)
  last.dispose()
  try {
    recorder.during(() => {
      tf.tidy(() => {
        const results = Object.entries(step(given))
        for (const [name, tensor] of results) {
          // What is fed cannot be fetched, and what is fetched must not be rewritten: a node of its own is neither.
          const T = { kind: 'type', value: backend.getDTypeInteger(tensor.dtype) } as const
          outputs.set(name, recorder.add('Identity', [recorder.reference(handle(tensor))], { T }))
        }
        for (const [i, variable] of variables.entries()) {
          const now = handle(variable)
          if (now !== before[i] && constants.has(variable)) throw changedConstant(variable)
          nexts.push(now === before[i] ? undefined : recorder.reference(now))
        }
        // The caller of a step owns its outputs, kept ones too.
        for (const [, tensor] of results) if (tensor.id > last.id) tensor.dispose()
      })
    })
  } finally {
    variables.forEach((variable, i) => {
      if (handle(variable) !== before[i]) variable.assign(backups[i]!)
      backups[i]!.dispose()
    })
    tf.dispose(given)
  }

  const used = new Set([...recorder.nodes.flatMap((node) => node.inputs), ...outputs.values(), ...nexts])
  const state = variables.flatMap((variable, i): StateVariable[] => {
    const name = names[i]!
    const next = nexts[i]
    const read = used.has(`${name}/read`)
    return read || next !== undefined
      ? [{ variable, name, read, ...(next === undefined ? {} : { next }) }]
      : []
  })
  return { nodes: recorder.nodes, inputs: placeholders, outputs, state }
}

const changedConstant = ({ shape }: tf.Variable): UmbraError =>
  new UmbraError('UMBRA_STEP_IMPURE', {
    subject: `the step assigns a variable of shape [${shape.join(', ')}] that was given as a constant`,
    expected: 'frozen models to be applied without training',
  })

/** A recording tells tensors apart by their handles: a variable must not share its own with a clone of it. */
function separate(backend: NodeBackend, variable: tf.Variable): void {
  const own = identity(backend, variable)
  variable.assign(own)
  own.dispose()
}

/** The same values under a handle of their own; nothing is copied. */
function identity(backend: NodeBackend, tensor: tf.Tensor): tf.Tensor {
  const value = backend.getDTypeInteger(tensor.dtype)
  const attribute = { name: 'T', type: backend.binding.TF_ATTR_TYPE, value }
  return backend.executeSingleOutput('Identity', [attribute], [tensor])
}
