import * as tf from '@tensorflow/tfjs-core'
import {
  type NodeBackend,
  type NodeBinding,
  type TensorMetadata,
  executeOne,
} from '../tensorflow/node-backend.js'
import { type GraphBuilder, type Place, createGraphBuilder, currentPlace } from './graph-builder.js'
import { DATA_TYPES } from './graph-node.js'
import { earlierTensor, hostRead, impure, newVariable, statefulRandom } from './impure-step.js'
import { nodeAttributes } from './node-attributes.js'
import type { StandIns } from './stand-ins.js'

/** Operations whose numbers come from a state that neither a checkpoint nor a second run has. */
const STATEFUL_RANDOM =
  /^(Random(Uniform|Standard|Gamma|Poisson|Shuffle|Crop)|Multinomial|.*TruncatedNormal$)/

/** Records the calls of the addon that a step makes, as nodes of a graph. */
export interface Recorder extends Pick<GraphBuilder, 'nodes' | 'add'> {
  /** Sets the node of a handle whose values change from step to step. */
  readonly name: (handle: number, reference: string, about: Pick<TensorMetadata, 'dtype' | 'shape'>) => void
  /** The node of a handle; a tensor from outside the step becomes a constant. */
  readonly reference: (handle: number) => string
  /** Runs a function with the recorder between backend and addon. Nothing in it may make a variable. */
  readonly during: <T>(action: () => T) => T
}

/** What the recording calls of the addon share. */
interface Recording {
  readonly real: NodeBinding
  readonly graph: GraphBuilder
  readonly standIns: StandIns
  /** The node of each handle. */
  readonly references: Map<number, string>
  /** Where values were made in JavaScript: they wait there until an operation needs them. */
  readonly madeAt: WeakMap<object, Place>
}

export function createRecorder(backend: NodeBackend, standIns: StandIns): Recorder {
  const recording: Recording = {
    real: backend.binding,
    graph: createGraphBuilder(),
    standIns,
    references: new Map(),
    madeAt: new WeakMap(),
  }
  const proxy = recordingBinding(recording)
  return {
    nodes: recording.graph.nodes,
    add: recording.graph.add,
    name: (handle, node, about) => {
      recording.references.set(handle, node)
      standIns.varying(handle, about)
    },
    reference: (handle) => referenceOf(recording, handle),
    during: (action) => intercepted(backend, proxy, recording, action),
  }
}

function constant(
  { graph, madeAt }: Recording,
  shape: readonly number[],
  dtype: number,
  values: ArrayLike<number>,
): string {
  return graph.constant(shape, dtype, values, madeAt.get(values))
}

function referenceOf(recording: Recording, handle: number): string {
  const { real, standIns, references } = recording
  const recorded = references.get(handle)
  if (recorded !== undefined) return recorded
  if (standIns.made(handle)) throw earlierTensor()
  // Identity gives the type and shape of a handle.
  const copy = identity(real, handle)
  const values = real.tensorDataSync(copy.id)
  const frozen = constant(recording, copy.shape, copy.dtype, values)
  standIns.constant(handle, copy, values)
  real.deleteTensor(copy.id)
  references.set(handle, frozen)
  return frozen
}

/** The addon, with every call recorded. */
function recordingBinding(recording: Recording): NodeBinding {
  const { real, graph, standIns, references } = recording
  const proxy = Object.create(real) as NodeBinding
  const define = <K extends keyof NodeBinding>(key: K, value: NodeBinding[K]): void => {
    Object.defineProperty(proxy, key, { value })
  }
  define('createTensor', (shape, dtype, values) => {
    const handle = real.createTensor(shape, dtype, values)
    references.set(handle, constant(recording, shape, dtype, values))
    standIns.constant(handle, { shape, dtype }, values)
    return handle
  })
  define('executeOp', (op, attributes, inputs, outputs) => {
    if (STATEFUL_RANDOM.test(op)) throw statefulRandom(op)
    const sources = inputs.map((handle) => referenceOf(recording, handle))
    const results = standIns.executeOp(op, attributes, inputs, outputs)
    const [first] = results
    const name = graph.add(
      op,
      sources,
      nodeAttributes(real, op, attributes, first?.dtype),
      first === undefined ? {} : { shape: first.shape },
    )
    for (const [i, { id }] of results.entries()) references.set(id, i === 0 ? name : `${name}:${i}`)
    return results
  })
  define('tensorDataSync', (handle) => {
    const recorded = references.get(handle)
    if (recorded !== undefined && !graph.isConstant(recorded)) throw hostRead()
    return real.tensorDataSync(handle)
  })
  define('runSavedModel', () => {
    throw impure('runs another compiled step inside')
  })
  return proxy
}

/** Runs a function with the recording addon in the backend, and without new variables. */
function intercepted<T>(
  backend: NodeBackend,
  proxy: NodeBinding,
  { real, madeAt }: Recording,
  action: () => T,
): T {
  const engine = tf.engine()
  const write = backend.write.bind(backend)
  backend.binding = proxy
  backend.write = (values, shape, dtype) => {
    madeAt.set(values, currentPlace())
    return write(values, shape, dtype)
  }
  engine.makeVariable = ({ shape }) => {
    throw newVariable(shape)
  }
  try {
    return action()
  } finally {
    backend.binding = real
    Reflect.deleteProperty(backend, 'write')
    Reflect.deleteProperty(engine, 'makeVariable')
  }
}

/** The same values under another handle, with their type and shape. */
function identity(binding: NodeBinding, handle: number): TensorMetadata {
  for (const dtype of [DATA_TYPES.float32, DATA_TYPES.int32, DATA_TYPES.bool]) {
    try {
      const attribute = { name: 'T', type: binding.TF_ATTR_TYPE, value: dtype }
      return executeOne(binding, 'Identity', [attribute], [handle])
    } catch {
      // Of another type.
    }
  }
  throw impure('uses a tensor from outside whose type cannot be part of a graph')
}
