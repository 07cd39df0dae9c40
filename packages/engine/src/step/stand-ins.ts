import {
  type NodeBinding,
  type OpAttribute,
  type TensorMetadata,
  executeOne,
} from '../tensorflow/node-backend.js'
import { DATA_TYPES } from './graph-node.js'

/** Runs operations while a step is recorded: results have the right types and shapes, and cost little memory and time. */
export interface StandIns {
  /** Declares that a handle from outside has these values for every batch. */
  readonly constant: (handle: number, about: Kind, values: ArrayLike<number>) => void
  /** Declares that a handle from outside has other values at every step: an input, a variable. */
  readonly varying: (handle: number, about: Kind) => void
  readonly executeOp: NodeBinding['executeOp']
  /** Whether a handle was made by an operation. */
  readonly made: (handle: number) => boolean
  /** Frees the shared buffers; to be called after the recording. */
  readonly dispose: () => void
}

type Kind = Pick<TensorMetadata, 'dtype' | 'shape'>

interface TrackedTensor extends Kind {
  /** Whether its values are the same for every batch. */
  readonly constant: boolean
  /** Values of a short constant: sizes, axes, orders. */
  readonly values?: string
  readonly made?: true
}

/** Most values of a short constant. */
const SHORT = 16

/**
 * Nothing may read a value while a step is recorded, so its float32 tensors need none: those that depend on the batch are
 * zeros, and all of one shape share one buffer. An operation seen before with the same shapes is not run again.
 *
 * Tensors of other types, and those computed from constants alone, have their real values: indices and sizes must be valid.
 */
export function createStandIns(binding: NodeBinding): StandIns {
  const float = { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }
  const tensors = new Map<number, TrackedTensor>()
  /** A buffer of zeros by shape. */
  const zeros = new Map<string, number>()
  /** Buffers of the results of operations by their signature. */
  const seen = new Map<string, readonly number[]>()

  const standIn = (buffer: number): TensorMetadata => {
    const result = executeOne(binding, 'Identity', [float], [buffer])
    tensors.set(result.id, { ...result, constant: false, made: true })
    return result
  }
  const replace = ({ id, shape }: TensorMetadata): TensorMetadata => {
    const key = shape.join()
    const buffer = zeros.get(key) ?? executeOne(binding, 'ZerosLike', [float], [id]).id
    zeros.set(key, buffer)
    binding.deleteTensor(id)
    return standIn(buffer)
  }
  const tracked = (handle: number): TrackedTensor => {
    const tensor = tensors.get(handle)
    if (tensor === undefined) throw new Error('an operation has an input that was not recorded')
    return tensor
  }
  return {
    constant: (handle, { dtype, shape }, values) => {
      const short = values.length <= SHORT ? { values: Array.from(values).join() } : {}
      tensors.set(handle, { dtype, shape, constant: true, ...short })
    },
    varying: (handle, { dtype, shape }) => void tensors.set(handle, { dtype, shape, constant: false }),
    made: (handle) => tensors.get(handle)?.made === true,
    executeOp: (op, attributes, inputs, outputs) => {
      const operands = inputs.map(tracked)
      const constant = operands.every((operand) => operand.constant)
      const key = constant ? undefined : signature(op, attributes, operands)
      const buffers = key === undefined ? undefined : seen.get(key)
      if (buffers !== undefined) return buffers.map(standIn)
      const results = binding.executeOp(op, attributes, inputs, outputs)
      for (const { id, ...about } of results) tensors.set(id, { ...about, constant, made: true })
      if (constant) return results
      const replaced = results.map((result) => (isFloat(result) ? replace(result) : result))
      if (key !== undefined && results.every(isFloat))
        seen.set(
          key,
          results.flatMap(({ shape }) => zeros.get(shape.join()) ?? []),
        )
      return replaced
    },
    dispose: () => {
      for (const handle of zeros.values()) binding.deleteTensor(handle)
      zeros.clear()
      seen.clear()
    },
  }
}

const isFloat = ({ dtype }: Kind): boolean => dtype === DATA_TYPES.float32

/** Everything that the shapes of an operation's results depend on; undefined if that includes unknown values. */
function signature(
  op: string,
  attributes: readonly OpAttribute[],
  inputs: readonly TrackedTensor[],
): string | undefined {
  const parts = inputs.map((input) => {
    if (isFloat(input)) return `[${input.shape.join()}]`
    return input.values === undefined ? undefined : `${input.dtype}[${input.shape.join()}]=${input.values}`
  })
  return parts.includes(undefined) ? undefined : `${op}(${parts.join()})${JSON.stringify(attributes)}`
}
