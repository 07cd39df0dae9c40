import { UmbraError } from '@umbra/core'
import * as tf from '@tensorflow/tfjs-core'
import type { NodeBackend, NodeBinding, OpAttribute, TensorMetadata } from '../tensorflow/node-backend.js'
import { type Attribute, DATA_TYPES, type GraphNode } from './graph-node.js'
import { origin, whereOf } from './origin.js'
import type { StandIns } from './stand-ins.js'

/** Operations whose numbers come from a state that neither a checkpoint nor a second run has. */
const STATEFUL_RANDOM =
  /^(Random(Uniform|Standard|Gamma|Poisson|Shuffle|Crop)|Multinomial|.*TruncatedNormal$)/

/** Attributes that libtensorflow infers when it runs an operation at once, but that a node must carry. */
const IMPLIED: Readonly<Record<string, (result: number) => Readonly<Record<string, Attribute>>>> = {
  FusedBatchNormV3: () => ({ U: { kind: 'type', value: DATA_TYPES.float32 } }),
  FusedBatchNormGradV3: () => ({ U: { kind: 'type', value: DATA_TYPES.float32 } }),
  ExpandDims: (result) => ({
    T: { kind: 'type', value: result },
    Tdim: { kind: 'type', value: DATA_TYPES.int32 },
  }),
}

/** Records what a step asks of the addon while it runs, as nodes of a graph. */
export interface Recorder {
  readonly nodes: GraphNode[]
  readonly add: (
    op: string,
    inputs: readonly string[],
    attributes: GraphNode['attributes'],
    more?: Partial<Pick<GraphNode, 'name' | 'shape' | 'origin' | 'scope'>>,
  ) => string
  /** Says which node stands for a handle whose values change from step to step. */
  readonly name: (handle: number, reference: string, about: Pick<TensorMetadata, 'dtype' | 'shape'>) => void
  /** The node of a handle; a tensor from outside the step becomes a constant. */
  readonly reference: (handle: number) => string
  /** Runs a function with the recorder between backend and addon. Nothing in it may make a variable. */
  readonly during: <T>(action: () => T) => T
}

export function createRecorder(backend: NodeBackend, standIns: StandIns): Recorder {
  const real = backend.binding
  const nodes: GraphNode[] = []
  const references = new Map<number, string>()
  const kinds = attributeKinds(real)
  /** Nodes whose values are known while tracing. */
  const known = new Set<string>()
  const made = new WeakMap<object, Pick<GraphNode, 'origin' | 'scope'>>()
  let counter = 0

  const add: Recorder['add'] = (op, inputs, attributes, more) => {
    const node = {
      name: `${op}_${counter++}`,
      op,
      inputs,
      attributes,
      origin: origin(),
      scope: scopeName(),
      ...more,
    }
    nodes.push(node)
    return node.name
  }
  const constant = (shape: readonly number[], dtype: number, values: ArrayLike<number>): string => {
    const value = { dtype, shape: [...shape], bytes: bytesOf(dtype, values) }
    // Values made in JavaScript wait there until an operation needs them: what counts is where they were made.
    const name = add(
      'Const',
      [],
      { dtype: { kind: 'type', value: dtype }, value: { kind: 'tensor', value } },
      made.get(values),
    )
    known.add(name)
    return name
  }
  const reference = (handle: number): string => {
    const recorded = references.get(handle)
    if (recorded !== undefined) return recorded
    if (standIns.made(handle)) throw heldBack()
    // Identity tells the type and shape of a handle.
    const copy = identity(real, handle)
    const values = real.tensorDataSync(copy.id)
    const frozen = constant(copy.shape, copy.dtype, values)
    standIns.constant(handle, copy, values)
    real.deleteTensor(copy.id)
    references.set(handle, frozen)
    return frozen
  }

  const proxy = Object.create(real) as NodeBinding
  const define = <K extends keyof NodeBinding>(key: K, value: NodeBinding[K]): void => {
    Object.defineProperty(proxy, key, { value })
  }
  define('createTensor', (shape, dtype, values) => {
    const handle = real.createTensor(shape, dtype, values)
    references.set(handle, constant(shape, dtype, values))
    standIns.constant(handle, { shape, dtype }, values)
    return handle
  })
  define('executeOp', (op, given, inputs, outputs) => {
    if (STATEFUL_RANDOM.test(op)) throw statefulRandom(op)
    const sources = inputs.map(reference)
    const results = standIns.executeOp(op, given, inputs, outputs)
    const [first] = results
    const implied = first === undefined ? {} : IMPLIED[op]?.(first.dtype)
    const attributes = { ...implied, ...toAttributes(given, kinds) }
    const name = add(op, sources, attributes, first === undefined ? {} : { shape: first.shape })
    results.forEach(({ id }, i) => references.set(id, i === 0 ? name : `${name}:${i}`))
    return results
  })
  define('tensorDataSync', (handle) => {
    const recorded = references.get(handle)
    if (recorded !== undefined && !known.has(recorded)) throw hostRead()
    return real.tensorDataSync(handle)
  })
  define('runSavedModel', () => {
    throw impure('runs another compiled step inside')
  })

  const write = backend.write.bind(backend)
  return {
    nodes,
    add,
    name: (handle, node, about) => {
      references.set(handle, node)
      standIns.varying(handle, about)
    },
    reference,
    during: (action) => {
      const engine = tf.engine()
      backend.binding = proxy
      backend.write = (values, shape, dtype) => {
        made.set(values, { origin: origin(), scope: scopeName() })
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
    },
  }
}

function identity(binding: NodeBinding, handle: number): TensorMetadata {
  for (const dtype of [DATA_TYPES.float32, DATA_TYPES.int32, DATA_TYPES.bool]) {
    try {
      const attribute = { name: 'T', type: binding.TF_ATTR_TYPE, value: dtype }
      return binding.executeOp('Identity', [attribute], [handle], 1)[0]!
    } catch {
      // Of another type.
    }
  }
  throw impure('uses a tensor from outside whose type cannot be part of a graph')
}

function attributeKinds(binding: NodeBinding): ReadonlyMap<number, Attribute['kind']> {
  return new Map<number, Attribute['kind']>([
    [binding.TF_ATTR_TYPE, 'type'],
    [binding.TF_ATTR_INT, 'int'],
    [binding.TF_ATTR_FLOAT, 'float'],
    [binding.TF_ATTR_BOOL, 'bool'],
    [binding.TF_ATTR_STRING, 'string'],
    [binding.TF_ATTR_SHAPE, 'shape'],
  ])
}

function toAttributes(
  given: readonly OpAttribute[],
  kinds: ReadonlyMap<number, Attribute['kind']>,
): Record<string, Attribute> {
  const attributes: Record<string, Attribute> = {}
  for (const { name, type, value } of given) {
    const kind = kinds.get(type)
    if (value === undefined || value === null) continue
    if (kind === undefined) throw impure(`uses an attribute "${name}" of a kind that cannot be recorded`)
    attributes[name] = { kind, value: Array.isArray(value) ? [...(value as unknown[])] : value } as Attribute
  }
  return attributes
}

function bytesOf(dtype: number, values: ArrayLike<number>): Uint8Array {
  const copy =
    dtype === DATA_TYPES.float32
      ? new Float32Array(values)
      : dtype === DATA_TYPES.int32
        ? new Int32Array(values)
        : dtype === DATA_TYPES.bool
          ? new Uint8Array(values)
          : undefined
  if (copy === undefined) throw impure('makes a tensor of a type that cannot be part of a graph')
  return new Uint8Array(copy.buffer)
}

/** The innermost named scope: the trainer names one for each method and each teacher. */
function scopeName(): string {
  const { scopeStack } = tf.engine().state as unknown as {
    readonly scopeStack: readonly { readonly name?: string }[]
  }
  return scopeStack.findLast(({ name }) => /^(method|teacher) /.test(name ?? ''))?.name ?? ''
}

const hostRead = (): UmbraError =>
  impure('reads the value of a tensor (dataSync, arraySync or a branch on it)')

const heldBack = (): UmbraError =>
  impure('uses a tensor that an earlier step made', 'Return as state what the next step needs')

const newVariable = (shape: readonly number[]): UmbraError =>
  impure(`makes a variable of shape [${shape.join(', ')}]`, 'Make variables in `prepare`')

const statefulRandom = (op: string): UmbraError =>
  impure(`draws random numbers that no seed brings back (${op})`, 'Draw them in `feeds` or from `batch.seed`')

const REMEDY = 'Compute with tensors only; take what changes from `batch.scalars`'

function impure(what: string, remedy = REMEDY): UmbraError {
  const scope = scopeName()
  return new UmbraError('UMBRA_STEP_IMPURE', {
    subject: `${scope === '' ? 'the step' : scope} ${what} at ${whereOf(origin())}`,
    expected: 'pure tensor code',
    remedy: `${remedy}, or run with --no-compile`,
  })
}
