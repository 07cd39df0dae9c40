import { UmbraError } from '@umbra/core'
import * as tf from '@tensorflow/tfjs-core'
import type { NodeBackend, NodeBinding, OpAttribute, TensorMetadata } from '../tensorflow/node-backend.js'
import { type Attribute, DATA_TYPES, type GraphNode } from './graph-node.js'
import { origin, whereOf } from './origin.js'

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
    name?: string,
    shape?: readonly number[],
  ) => string
  /** Says which node stands for a tensor handle. */
  readonly name: (handle: number, reference: string) => void
  /** The node of a handle; a tensor from outside the step becomes a constant. */
  readonly reference: (handle: number) => string
  /** Runs a function with the recorder between backend and addon. */
  readonly during: <T>(action: () => T) => T
}

export function createRecorder(backend: NodeBackend): Recorder {
  const real = backend.binding
  const nodes: GraphNode[] = []
  const references = new Map<number, string>()
  const kinds = attributeKinds(real)
  let counter = 0

  const add: Recorder['add'] = (op, inputs, attributes, name, shape) => {
    const node = {
      name: name ?? `${op}_${counter++}`,
      op,
      inputs,
      attributes,
      origin: origin(),
      scope: scopeName(),
      ...(shape === undefined ? {} : { shape }),
    }
    nodes.push(node)
    return node.name
  }
  const constant = (shape: readonly number[], dtype: number, values: ArrayLike<number>): string =>
    add('Const', [], {
      dtype: { kind: 'type', value: dtype },
      value: { kind: 'tensor', value: { dtype, shape: [...shape], bytes: bytesOf(dtype, values) } },
    })
  const reference = (handle: number): string => {
    const known = references.get(handle)
    if (known !== undefined) return known
    // Identity tells the type and shape of a handle.
    const copy = identity(real, handle)
    const frozen = constant(copy.shape, copy.dtype, real.tensorDataSync(copy.id))
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
    return handle
  })
  define('executeOp', (op, given, inputs, outputs) => {
    const made = real.executeOp(op, given, inputs, outputs)
    const implied = made[0] === undefined ? {} : IMPLIED[op]?.(made[0].dtype)
    const attributes = { ...implied, ...toAttributes(given, kinds) }
    const name = add(op, inputs.map(reference), attributes, undefined, made[0]?.shape)
    made.forEach(({ id }, i) => references.set(id, i === 0 ? name : `${name}:${i}`))
    return made
  })
  define('tensorDataSync', (handle) => {
    const known = references.get(handle)
    const node = known === undefined ? undefined : nodes.find(({ name }) => name === known.split(':')[0])
    if (known !== undefined && node?.op !== 'Const') throw hostRead()
    return real.tensorDataSync(handle)
  })
  define('runSavedModel', () => {
    throw impure('runs another compiled step inside')
  })

  return {
    nodes,
    add,
    name: (handle, node) => void references.set(handle, node),
    reference,
    during: (action) => {
      backend.binding = proxy
      try {
        return action()
      } finally {
        backend.binding = real
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
      ? Float32Array.from(values)
      : dtype === DATA_TYPES.int32
        ? Int32Array.from(values)
        : Uint8Array.from(values)
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

function impure(what: string): UmbraError {
  const scope = scopeName()
  return new UmbraError('UMBRA_STEP_IMPURE', {
    subject: `${scope === '' ? 'the step' : scope} ${what} at ${whereOf(origin())}`,
    expected: 'pure tensor code',
    remedy: 'Compute with tensors only; take what changes from `batch.scalars`, or run with --no-compile',
  })
}
