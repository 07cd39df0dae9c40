import type { NodeBinding, OpAttribute, TensorMetadata } from '../tensorflow/node-backend.js'
import { DATA_TYPES } from './graph-node.js'

/** Operations while a step is recorded: results have the right types and shapes, at hardly any memory and time. */
export interface StandIns {
  /** Says that a handle from outside holds these values whatever the batch. */
  readonly constant: (handle: number, about: Kind, values: ArrayLike<number>) => void
  /** Says that a handle from outside holds other values at every step: an input, a variable. */
  readonly varying: (handle: number, about: Kind) => void
  readonly executeOp: NodeBinding['executeOp']
  /** Whether a handle was made by an operation. */
  readonly made: (handle: number) => boolean
  /** Frees the shared buffers; to be called when nothing is recorded any more. */
  readonly dispose: () => void
}

type Kind = Pick<TensorMetadata, 'dtype' | 'shape'>

interface Known extends Kind {
  /** Whether its values are those of every batch. */
  readonly constant: boolean
  /** Values of a short constant: sizes, axes, orders. */
  readonly values?: string
  readonly made?: true
}

const LONGEST = 16

/**
 * Nothing may read a value while a step is recorded, so its float32 tensors need none: those that depend on the batch are
 * zeros, and all of one shape share one buffer. An operation that was met before with the same shapes is not run again.
 *
 * What is of another type, or computed from constants alone, has its real values: indices and sizes must make sense.
 */
export function createStandIns(binding: NodeBinding): StandIns {
  const float = { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }
  const known = new Map<number, Known>()
  const zeros = new Map<string, number>()
  const met = new Map<string, readonly (readonly number[])[]>()

  const standIn = (shape: readonly number[]): TensorMetadata => {
    const [result] = binding.executeOp('Identity', [float], [zeros.get(shape.join())!], 1)
    known.set(result!.id, { ...result!, constant: false, made: true })
    return result!
  }
  const replace = ({ id, shape }: TensorMetadata): TensorMetadata => {
    const key = shape.join()
    if (!zeros.has(key)) zeros.set(key, binding.executeOp('ZerosLike', [float], [id], 1)[0]!.id)
    binding.deleteTensor(id)
    return standIn(shape)
  }
  return {
    constant: (handle, { dtype, shape }, values) => {
      const short = values.length <= LONGEST ? { values: Array.from(values).join() } : {}
      known.set(handle, { dtype, shape, constant: true, ...short })
    },
    varying: (handle, { dtype, shape }) => void known.set(handle, { dtype, shape, constant: false }),
    made: (handle) => known.get(handle)?.made === true,
    executeOp: (op, attributes, inputs, outputs) => {
      const given = inputs.map((handle) => known.get(handle)!)
      const constant = given.every((input) => input.constant)
      const key = constant ? undefined : signature(op, attributes, given)
      const shapes = key === undefined ? undefined : met.get(key)
      if (shapes !== undefined) return shapes.map(standIn)
      const results = binding.executeOp(op, attributes, inputs, outputs)
      for (const { id, ...about } of results) known.set(id, { ...about, constant, made: true })
      if (constant) return results
      const shapesMet = results.map(({ shape }) => shape)
      if (key !== undefined && results.every(isFloat)) met.set(key, shapesMet)
      return results.map((result) => (isFloat(result) ? replace(result) : result))
    },
    dispose: () => {
      for (const handle of zeros.values()) binding.deleteTensor(handle)
      zeros.clear()
      met.clear()
    },
  }
}

const isFloat = ({ dtype }: Kind): boolean => dtype === DATA_TYPES.float32

/** All that the shapes of an operation's results depend on; undefined where that includes values not known. */
function signature(
  op: string,
  attributes: readonly OpAttribute[],
  inputs: readonly Known[],
): string | undefined {
  const parts = inputs.map((input) => {
    if (isFloat(input)) return `[${input.shape.join()}]`
    return input.values === undefined ? undefined : `${input.dtype}[${input.shape.join()}]=${input.values}`
  })
  return parts.includes(undefined) ? undefined : `${op}(${parts.join()})${JSON.stringify(attributes)}`
}
