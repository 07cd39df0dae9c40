import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import { detach } from '../tensor-ops/detach.js'
import { tf } from '../tf.js'
import { type OperationRecord, recordOperations } from './record-operations.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

type Code = (x: tf.Tensor, record: OperationRecord) => tf.Tensor

/** What a piece of code makes of an input that changes from step to step, twice: with other values. */
function hashOf(code: Code): string {
  const [first, second] = [1, 2].map((seed) =>
    tf.tidy(() =>
      recordOperations((record) => {
        const x = tf.randomNormal([4, 3], 0, 1, 'float32', seed)
        record.name(x, 'x')
        return record.hashOf(code(x, record))
      }),
    ),
  )
  expect(second).toBe(first)
  return first!
}

const distinct = (codes: readonly Code[]): number => new Set(codes.map(hashOf)).size

describe('the hash of operations', () => {
  it('tells kernels, attributes, shapes, types and wiring apart', () => {
    const codes: readonly Code[] = [
      (x) => x,
      (x) => tf.exp(x),
      (x) => tf.log(x),
      (x) => tf.sum(x, 0),
      (x) => tf.sum(x, 1),
      (x) => tf.reshape(x, [3, 4]),
      (x) => tf.reshape(x, [12]),
      (x) => tf.cast(x, 'int32'),
      (x) => tf.cast(x, 'bool'),
      (x) => tf.sub(tf.exp(x), tf.log(x)),
      (x) => tf.sub(tf.log(x), tf.exp(x)),
      (x) => tf.split(x, 3, 1)[0]!,
      (x) => tf.split(x, 3, 1)[1]!,
      (x) => tf.concat([x, tf.exp(x)]),
      (x) => tf.concat([tf.exp(x), x]),
    ]
    expect(distinct(codes)).toBe(codes.length)
  })

  it('sees constants and attributes to the last bit', () => {
    const numbers = [1, 1 + 2 ** -23, 0, -0, Infinity, -Infinity, NaN]
    expect(distinct(numbers.map((number) => (x) => tf.mul(x, number)))).toBe(numbers.length)
    expect(distinct(numbers.map((number) => (x) => tf.leakyRelu(x, number)))).toBe(numbers.length)
    const texts = ['a', 'b']
    expect(distinct(texts.map((text) => () => tf.reshape(tf.tensor1d([text]), [1, 1])))).toBe(2)
  })

  it('does not depend on the order of operations, on copies and on unused results', () => {
    const code: Code = (x) => tf.sub(tf.exp(x), tf.abs(x))
    const same: readonly Code[] = [
      code,
      (x) => {
        const second = tf.abs(x)
        return tf.sub(tf.exp(x), second)
      },
      (x) => tf.clone(code(tf.clone(x), noRecord)),
      (x) => {
        tf.sqrt(x)
        return code(x, noRecord)
      },
    ]
    expect(distinct(same)).toBe(1)
  })

  it('sees a gradient that is defined by hand, and that one is cut', () => {
    const scaled = (by: number): Code => {
      const reversed = tf.customGrad((...inputs) => {
        const [x, save] = inputs as [tf.Tensor, tf.GradSaveFunc]
        save([x])
        return { value: tf.clone(x), gradFunc: (dy, [saved]) => tf.mul(tf.mul(dy, saved!), by) }
      })
      return (x) => reversed(x)
    }
    const curved = (by: number): Code => {
      const slope = tf.grad((y: tf.Tensor) => tf.mul(tf.square(y), by))
      return (x) => tf.customGrad((y) => ({ value: tf.clone(y as tf.Tensor), gradFunc: () => slope(x) }))(x)
    }
    const codes = [(x: tf.Tensor) => x, scaled(-1), scaled(-2), curved(1), curved(2), detach]
    expect(distinct(codes)).toBe(codes.length)
  })

  it('sees gradients that are computed inside', () => {
    const penalty =
      (power: number): Code =>
      (x) =>
        tf.grad((y: tf.Tensor) => tf.pow(tf.sigmoid(y), power))(x)
    expect(distinct([penalty(2), penalty(3)])).toBe(2)
  })

  it('knows a variable by what it begins with', () => {
    const begins =
      (value: number): Code =>
      () => {
        const variable = tf.variable(tf.fill([2], value))
        const copy = tf.clone(variable)
        variable.dispose()
        return copy
      }
    expect(distinct([begins(1), begins(2), () => tf.fill([2], 3)])).toBe(3)
    expect(hashOf(begins(1))).toBe(hashOf(() => tf.fill([2], 1)))
  })
})

it('says whether values were read, other than those of constants', async () => {
  const reads = (code: Code): boolean =>
    tf.tidy(() =>
      recordOperations((record) => {
        const x = tf.ones([2])
        record.name(x, 'x')
        code(x, record)
        return record.readsValues()
      }),
    )
  expect(reads((x) => tf.neg(x))).toBe(false)
  expect(reads((x) => tf.mul(x, tf.scalar(2).dataSync()[0]!))).toBe(false)
  expect(reads((x) => tf.mul(x, x.dataSync()[0]!))).toBe(true)
  expect(reads((x) => tf.mul(x, tf.sum(x).arraySync() as number))).toBe(true)
  const pending: Promise<unknown>[] = []
  const later: Code = (x) => {
    const sum = tf.keep(tf.sum(x))
    pending.push(sum.data().then(() => sum.dispose()))
    return x
  }
  expect(reads(later)).toBe(true)
  await Promise.all(pending)
})

it('leaves no tensor and the engine as it was, after an error too', () => {
  const before = [Object.keys(tf.engine()), tf.memory().numTensors]
  hashOf((x) => tf.exp(tf.mul(x, 2)))
  expect(() =>
    recordOperations(() => {
      throw new RangeError('no')
    }),
  ).toThrow(RangeError)
  expect([Object.keys(tf.engine()), tf.memory().numTensors]).toEqual(before)
})

const noRecord: OperationRecord = { name: () => undefined, hashOf: () => '', readsValues: () => false }
