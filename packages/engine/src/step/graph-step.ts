import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type * as tf from '@tensorflow/tfjs-core'
import type { CompiledStep, StepFunction, StepSpec } from '@umbra/core/trainer'
import { UmbraError } from '@umbra/core'
import { loadTensorflow } from '../tensorflow/load-tensorflow.js'
import { type NodeBackend, type NodeBinding, handleOf } from '../tensorflow/node-backend.js'
import { compareRecordings } from './compare-recordings.js'
import { DATA_TYPES, type GraphNode } from './graph-node.js'
import { type RecordedStep, recordStep, type StateVariable } from './record-step.js'
import { eagerStep } from './eager-step.js'
import { olderLibraryLacks } from './older-library.js'
import { bfloat16Teachers } from './rewrite/bfloat16-teachers.js'
import { explicitPadding } from './rewrite/explicit-padding.js'
import { dropNoOps } from './rewrite/drop-no-ops.js'
import { fixedOrder } from './rewrite/fixed-order.js'
import { foldBatchNorm } from './rewrite/fold-batch-norm.js'
import { sharedSums } from './rewrite/shared-sums.js'
import { encodeSavedModel } from './saved-model.js'
import { createStandIns, type StandIns } from './stand-ins.js'

/**
 * Traces a step once and runs it as one TensorFlow graph, with the variables it uses as the graph's own state.
 *
 * With `examples` it is traced twice right away, and refused if the traces differ (UMBRA_STEP_IMPURE); otherwise at the
 * first run.
 */
export function graphStep(backend: NodeBackend, step: StepFunction, spec: StepSpec): CompiledStep {
  const constants = new Set<tf.Tensor>(spec.constants ?? [])
  let current: CompiledStep | undefined
  /** Whether the library has run the graph: anything it lacks shows at the first run, before anything is assigned. */
  let proven = false
  const trace = ([first, second]: Examples, standIns: StandIns): RecordedStep => {
    try {
      const recorded = recordStep(backend, step, first, constants, standIns)
      if (second !== undefined)
        compareRecordings(recorded, recordStep(backend, step, second, constants, standIns))
      return recorded
    } finally {
      standIns.dispose()
    }
  }
  const load = (examples: Examples): CompiledStep => {
    const recorded = trace(examples, createStandIns(backend.binding))
    try {
      return loadGraph(backend, recorded, spec)
    } catch (error) {
      return eagerInstead(error)
    }
  }
  const eagerInstead = (error: unknown): CompiledStep => {
    if (!olderLibraryLacks(backend.binding, spec.name, error)) throw error
    proven = true
    return eagerStep(step)
  }
  if (spec.examples !== undefined) current = load(spec.examples)
  return {
    run: (inputs) => {
      current ??= load([inputs])
      if (proven) return current.run(inputs)
      try {
        const outputs = current.run(inputs)
        proven = true
        return outputs
      } catch (error) {
        const eager = eagerInstead(error)
        current.dispose()
        current = eager
        return eager.run(inputs)
      }
    },
    pull: () => current?.pull(),
    push: () => current?.push(),
    dispose: () => {
      current?.dispose()
      current = undefined
    },
  }
}

/** The inputs of one run, or of two. */
type Examples = readonly [first: StepInputs, second?: StepInputs]
type StepInputs = Readonly<Record<string, tf.Tensor>>

/** Rewrites that TensorFlow's own optimiser does not make. */
function improve(nodes: readonly GraphNode[], { teacherPrecision }: StepSpec): readonly GraphNode[] {
  const folded = sharedSums(fixedOrder(explicitPadding(foldBatchNorm(dropNoOps(nodes)))))
  return teacherPrecision === 'bfloat16' && loadTensorflow().bfloat16 ? bfloat16Teachers(folded) : folded
}

function loadGraph(backend: NodeBackend, recorded: RecordedStep, spec: StepSpec): CompiledStep {
  const { inputs, outputs, state } = recorded
  const session = loadSession(
    backend.binding,
    improve([...recorded.nodes, ...stateNodes(recorded)], spec),
    spec,
  )
  const inputNames = [...inputs.keys()]
  const feeds = [...inputs.values()].join()
  // `updated` comes last: fetching it forces every assignment.
  const fetches = [...outputs.values(), 'updated'].join()
  const assigned = state.filter(({ next }) => next !== undefined)
  const reads = assigned.map(({ name }) => `${name}/read`).join()

  const push = (): void => {
    if (state.length === 0) return
    const handles = state.map(({ variable }) => handleOf(backend, variable))
    const names = state.map(({ name }) => `${name}/init`).join()
    for (const { id } of backend.binding.runSavedModel(session, handles, names, 'initialised'))
      backend.binding.deleteTensor(id)
  }
  try {
    push()
  } catch (error) {
    backend.binding.deleteSavedModel(session)
    throw error
  }
  return {
    push,
    run: (inputTensors) => {
      const handles = inputNames.map((name) => {
        const tensor = inputTensors[name]
        if (tensor === undefined) throw new Error(`step "${spec.name}" was run without input "${name}"`)
        return handleOf(backend, tensor)
      })
      const results = backend.binding.runSavedModel(session, handles, feeds, fetches)
      // One result per fetch: the outputs, then `updated`.
      backend.binding.deleteTensor(results[outputs.size]!.id)
      return Object.fromEntries(
        [...outputs.keys()].map((name, i) => [name, backend.createOutputTensor(results[i]!)]),
      )
    },
    pull: () => {
      if (assigned.length === 0) return
      const results = backend.binding.runSavedModel(session, [], '', reads)
      // One result per assigned variable.
      assigned.forEach(({ variable }, i) => {
        const value = backend.createOutputTensor(results[i]!)
        variable.assign(value)
        value.dispose()
      })
    },
    dispose: () => backend.binding.deleteSavedModel(session),
  }
}

function loadSession(binding: NodeBinding, nodes: readonly GraphNode[], { name }: StepSpec): number {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-step-'))
  try {
    writeFileSync(join(folder, 'saved_model.pb'), encodeSavedModel(nodes))
    return loadSavedModel(binding, folder, name)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function loadSavedModel(binding: NodeBinding, folder: string, name: string): number {
  try {
    return binding.loadSavedModel(folder, 'serve')
  } catch (cause) {
    throw new UmbraError('UMBRA_STEP_IMPURE', {
      subject: `step "${name}"`,
      expected: 'operations that can be part of a graph',
      received: cause instanceof Error ? cause.message : String(cause),
      remedy: 'Run it with --no-compile',
      cause,
    })
  }
}

/** Resource variables: read before anything, assigned after everything that reads them. */
function stateNodes({ state }: RecordedStep): GraphNode[] {
  const nodes = state.flatMap(variableNodes)
  const after = (suffix: string, of: readonly StateVariable[]): string[] =>
    of.map(({ name }) => `^${name}/${suffix}`)
  const one = { dtype: DATA_TYPES.int32, shape: [], bytes: new Uint8Array(Int32Array.of(1).buffer) }
  const attributes = {
    dtype: { kind: 'type', value: DATA_TYPES.int32 },
    value: { kind: 'tensor', value: one },
  } as const
  const assigned = state.filter(({ next }) => next !== undefined)
  nodes.push({ name: 'updated', op: 'Const', inputs: after('assign', assigned), attributes })
  nodes.push({ name: 'initialised', op: 'Const', inputs: after('set', state), attributes })
  return nodes
}

function variableNodes({ variable, name, next }: StateVariable): GraphNode[] {
  const dtype = { kind: 'type', value: DATA_TYPES[variable.dtype as 'float32' | 'int32' | 'bool'] } as const
  const shape = { kind: 'shape', value: variable.shape } as const
  const text = (value: string) => ({ kind: 'string', value }) as const
  const handle = { dtype, shape, shared_name: text(name), container: text('') }
  const nodes: GraphNode[] = [
    { name, op: 'VarHandleOp', inputs: [], attributes: handle },
    { name: `${name}/read`, op: 'ReadVariableOp', inputs: [name], attributes: { dtype } },
    { name: `${name}/init`, op: 'Placeholder', inputs: [], attributes: { dtype, shape } },
    { name: `${name}/set`, op: 'AssignVariableOp', inputs: [name, `${name}/init`], attributes: { dtype } },
  ]
  if (next !== undefined)
    nodes.push({
      name: `${name}/assign`,
      op: 'AssignVariableOp',
      inputs: [name, next, `^${name}/read`],
      attributes: { dtype },
    })
  return nodes
}
