import * as tf from '@tensorflow/tfjs-core'
import { UmbraError, type StepFunction } from '@umbra/core'
import type { NodeBackend } from '../tensorflow/node-backend.js'
import type { GraphNode } from './graph-node.js'
import { createRecorder } from './recorder.js'

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

/** A step as a graph: placeholders `in_<name>`, state as `<variable>/read`. */
export interface RecordedStep {
  readonly nodes: readonly GraphNode[]
  readonly inputs: ReadonlyMap<string, { readonly dtype: number; readonly shape: readonly number[] }>
  readonly outputs: ReadonlyMap<string, string>
  readonly state: readonly StateVariable[]
}

/**
 * Runs a step once and records it. Variables have their old values again afterwards.
 *
 * `constants` are variables whose values are baked in. Throws UMBRA_STEP_IMPURE when the step reads a value or makes a
 * variable.
 */
export function recordStep(
  backend: NodeBackend,
  step: StepFunction,
  inputs: Readonly<Record<string, tf.Tensor>>,
  constants: ReadonlySet<tf.Tensor>,
): RecordedStep {
  const handle = (tensor: tf.Tensor): number => backend.getInputTensorIds([tensor])[0]!
  const recorder = createRecorder(backend)
  const variables = Object.values(tf.engine().registeredVariables)
  const before = variables.map(handle)
  const backups = variables.map((variable) => tf.keep(tf.clone(variable)))
  const names = variables.map((_, i) => `variable_${i}`)
  variables.forEach((variable, i) => {
    if (!constants.has(variable)) recorder.name(before[i]!, `${names[i]!}/read`)
  })
  const described = new Map<string, { dtype: number; shape: readonly number[] }>()
  for (const [name, tensor] of Object.entries(inputs)) {
    const dtype = backend.getDTypeInteger(tensor.dtype)
    described.set(name, { dtype, shape: tensor.shape })
    const attributes = {
      dtype: { kind: 'type', value: dtype },
      shape: { kind: 'shape', value: tensor.shape },
    } as const
    recorder.name(handle(tensor), recorder.add('Placeholder', [], attributes, `in_${name}`))
  }

  const outputs = new Map<string, string>()
  const nexts: (string | undefined)[] = []
  try {
    recorder.during(() => {
      tf.tidy(() => {
        for (const [name, tensor] of Object.entries(step(inputs))) {
          // What is fed cannot be fetched, and what is fetched must not be rewritten: a node of its own is neither.
          const T = { kind: 'type', value: backend.getDTypeInteger(tensor.dtype) } as const
          outputs.set(name, recorder.add('Identity', [recorder.reference(handle(tensor))], { T }))
        }
        for (const [i, variable] of variables.entries()) {
          const now = handle(variable)
          nexts.push(now === before[i] ? undefined : recorder.reference(now))
        }
      })
      refuseNewVariables(variables)
    })
  } finally {
    variables.forEach((variable, i) => {
      if (handle(variable) !== before[i]) variable.assign(backups[i]!)
      backups[i]!.dispose()
    })
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
  return { nodes: recorder.nodes, inputs: described, outputs, state }
}

function refuseNewVariables(known: readonly tf.Variable[]): void {
  const fresh = Object.values(tf.engine().registeredVariables).filter((variable) => !known.includes(variable))
  if (fresh.length === 0) return
  for (const variable of fresh) variable.dispose()
  throw new UmbraError('UMBRA_STEP_IMPURE', {
    subject: `the step makes ${fresh.length} variable${fresh.length === 1 ? '' : 's'} of shape [${fresh[0]!.shape.join(', ')}]`,
    expected: 'variables made in `prepare` only',
  })
}
