import { createHash } from 'node:crypto'
import type { Tensor } from '@tensorflow/tfjs-core'
import { tf } from '../tf.js'
import { attributeText } from './attribute-text.js'

/** What made the tensors of an action, each by a hash. */
export interface OperationRecord {
  /** Says that a tensor has other values at every step: it is known by this name instead of by what it holds. */
  readonly name: (tensor: Tensor, name: string) => void
  /**
   * Hash of everything that made a tensor: operations with their attributes, types and shapes, and in the end named tensors and
   * the bits of constants. The order of operations that do not need each other, copies and unused results do not count.
   */
  readonly hashOf: (tensor: Tensor) => string
  /** Whether a value was read that has a name or was made by an operation: what is done with it cannot be told. */
  readonly readsValues: () => boolean
}

/**
 * Runs an action and records the operations that it calls, with the gradients that it defines itself (`customGrad`). The same on
 * every engine: nothing is recorded of what its kernels do inside.
 */
export function recordOperations<T>(action: (record: OperationRecord) => T): T {
  // Its type hides the door through which gradients that are defined by hand pass when they run.
  const engine = tf.engine() as unknown as Engine
  const { runKernel, runKernelFunc, makeVariable, readSync, read } = engine
  const recording: Recording = {
    engine,
    real: { runKernel, runKernelFunc, makeVariable, readSync, read },
    hashes: new Map(),
    copies: new Map(),
    varying: new WeakSet(),
    depth: 0,
    reads: false,
  }
  const overrides = overridesOf(recording)
  Object.assign(engine, overrides)
  try {
    return action({
      name: (tensor, name) => note(recording, tensor, ['name', name, tensor.dtype, tensor.shape]),
      hashOf: (tensor) => hashOf(recording, tensor),
      readsValues: () => recording.reads,
    })
  } finally {
    for (const key of Object.keys(overrides)) Reflect.deleteProperty(engine, key)
  }
}

type Engine = Pick<ReturnType<typeof tf.engine>, 'runKernel' | 'makeVariable' | 'readSync' | 'read'> & {
  readonly runKernelFunc: (call: KernelCall | GradientCall) => Tensor
}

interface KernelCall {
  readonly kernelName: string
}

/** A function with a gradient of its own. */
interface GradientCall {
  readonly forwardFunc: (backend: unknown, save: tf.GradSaveFunc) => Tensor
  readonly backwardsFunc: (dy: Tensor, saved: readonly Tensor[]) => Readonly<Record<string, () => Tensor>>
}

interface Recording {
  readonly engine: Engine
  readonly real: Engine
  /** By the tensor's id. */
  readonly hashes: Map<number, string>
  /** Tensors that have the values of others, by id. */
  readonly copies: Map<number, number>
  /** What named tensors and results hold. */
  readonly varying: WeakSet<object>
  /** Of kernels that call others. */
  depth: number
  reads: boolean
}

/** The engine's doors, with every call recorded. */
function overridesOf(recording: Recording): Engine {
  const { engine, real } = recording
  const noteRead = (dataId: object): void => {
    if (recording.depth === 0 && recording.varying.has(dataId)) recording.reads = true
  }
  return {
    runKernel: <R extends Tensor | Tensor[]>(...call: Parameters<Engine['runKernel']>): R => {
      const operation = recording.depth === 0 ? operationOf(recording, call) : []
      recording.depth += 1
      try {
        const result: R = real.runKernel.call(engine, ...call) as R
        const results: readonly Tensor[] = Array.isArray(result) ? result : [result]
        const [kernel, { x }] = call
        // Kernels make copies inside, of what a gradient will need.
        if (kernel === 'Identity' && x !== undefined)
          for (const copy of results) recording.copies.set(copy.id, x.id)
        else if (recording.depth === 1)
          for (const [i, made] of results.entries())
            note(recording, made, ['operation', ...operation, i, made.dtype, made.shape])
        return result
      } finally {
        recording.depth -= 1
      }
    },
    runKernelFunc: (call) => {
      if ('kernelName' in call || recording.depth > 0) return real.runKernelFunc.call(engine, call)
      const saved: Tensor[] = []
      const forwardFunc: GradientCall['forwardFunc'] = (backend, save) =>
        call.forwardFunc(backend, (tensors) => {
          saved.push(...tensors.map((tensor) => tf.keep(tf.clone(tensor))))
          save(tensors)
        })
      try {
        const value = real.runKernelFunc.call(engine, { ...call, forwardFunc })
        noteGradient(recording, value, (dy) => call.backwardsFunc(dy, saved))
        return value
      } finally {
        tf.dispose(saved)
      }
    },
    makeVariable: (initial, ...rest) => {
      const variable = real.makeVariable.call(engine, initial, ...rest)
      recording.copies.set(variable.id, initial.id)
      return variable
    },
    readSync: (dataId) => {
      noteRead(dataId)
      return real.readSync.call(engine, dataId)
    },
    read: (dataId) => {
      noteRead(dataId)
      return real.read.call(engine, dataId)
    },
  }
}

function hashOf({ engine, real, hashes, copies }: Recording, tensor: Tensor): string {
  let id: number | undefined = tensor.id
  while (id !== undefined && !hashes.has(id)) id = copies.get(id)
  const hash = hashes.get(id ?? tensor.id) ?? constantHash(tensor, real.readSync.call(engine, tensor.dataId))
  hashes.set(tensor.id, hash)
  return hash
}

function note({ hashes, varying }: Recording, tensor: Tensor, about: readonly unknown[]): void {
  hashes.set(tensor.id, digest(about))
  varying.add(tensor.dataId)
}

/** A kernel with its attributes and what made its inputs; of some kernels these are a list, and some may be left out. */
function operationOf(
  recording: Recording,
  [kernel, inputs, attributes]: Parameters<Engine['runKernel']>,
): readonly unknown[] {
  const sources = Object.entries(inputs as Readonly<Record<string, Tensor | null | undefined>>).flatMap(
    ([key, input]) => (input === null || input === undefined ? [] : [[key, hashOf(recording, input)]]),
  )
  return [kernel, sources, attributeText(attributes)]
}

/** Runs a gradient once, on a stand-in for the gradient of what comes after. */
function noteGradient(
  recording: Recording,
  value: Tensor,
  gradient: (dy: Tensor) => ReturnType<GradientCall['backwardsFunc']>,
): void {
  const hashes = tf.tidy(() => {
    const dy = tf.onesLike(value)
    note(recording, dy, ['name', 'dy', dy.dtype, dy.shape])
    return Object.entries(gradient(dy)).map(([input, made]) => [input, hashOf(recording, made())])
  })
  note(recording, value, ['gradient', hashOf(recording, value), hashes])
}

function constantHash({ dtype, shape }: Tensor, values: tf.backend_util.BackendValues): string {
  const hash = createHash('sha256').update(JSON.stringify(['constant', dtype, shape]))
  for (const part of ArrayBuffer.isView(values) ? [values] : values)
    hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength))
  return hash.digest('hex')
}

const digest = (value: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex')
