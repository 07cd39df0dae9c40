import * as tf from '@tensorflow/tfjs-core'
import type { Engine } from '@umbra/core'
import type { StepFunction } from '@umbra/core/trainer'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createEngine } from '../create-engine.js'
import { type NodeBackend, nodeBackend } from '../tensorflow/node-backend.js'
import { hasTensorflow, withoutTensorflow } from '../testing/engines.js'
import { recordStep } from './record-step.js'
import { createStandIns, type StandIns } from './stand-ins.js'

describe.skipIf(!hasTensorflow)(`createStandIns on tensorflow${withoutTensorflow}`, () => {
  let engine: Engine
  let backend: NodeBackend
  let standIns: StandIns
  beforeAll(async () => {
    engine = await createEngine('tensorflow')
    backend = nodeBackend()!
  })
  beforeEach(() => {
    standIns = createStandIns(backend.binding)
  })
  afterEach(() => {
    standIns.dispose()
    tf.disposeVariables()
  })

  /** Operations that the library ran while a step was recorded, without those that only make stand-ins. */
  const operationsOf = (step: StepFunction, inputs: Readonly<Record<string, tf.Tensor>>): string[] => {
    const { binding } = backend
    const run: string[] = []
    backend.binding = Object.create(binding, {
      executeOp: {
        value: (...call: Parameters<typeof binding.executeOp>) => {
          run.push(call[0])
          return binding.executeOp(...call)
        },
      },
    }) as typeof binding
    const counted = createStandIns(backend.binding)
    try {
      recordStep(backend, step, inputs, new Set(), counted)
    } finally {
      counted.dispose()
      backend.binding = binding
    }
    return run.filter((op) => op !== 'Identity' && op !== 'ZerosLike')
  }
  /** Values of a tensor, read past the recorder, which would refuse it. */
  const valuesOf = (tensor: tf.Tensor): number[] => {
    const addon = Object.getPrototypeOf(backend.binding) as NodeBackend['binding']
    return [...addon.tensorDataSync(backend.getInputTensorIds([tensor])[0]!)]
  }
  const record = (step: StepFunction, inputs: Readonly<Record<string, tf.Tensor>>) =>
    recordStep(backend, step, inputs, new Set(), standIns)

  it('runs an operation once for all that have the same shapes, and again for others', () => {
    const step: StepFunction = ({ x }) => {
      const twice = tf.relu(tf.relu(x!))
      return { y: tf.relu(tf.slice(twice, [0, 0], [2, 3])), z: tf.slice(twice, [0, 0], [1, 3]) }
    }
    expect(operationsOf(step, { x: tf.ones([4, 3]) })).toEqual(['Relu', 'Slice', 'Relu', 'Slice'])
  })

  it('gives shapes and types that are those of the operations run at once', () => {
    const step: StepFunction = ({ x, index }) => {
      const norm = tf.moments(x!, 0)
      const { values, indices } = tf.topk(x!, 2)
      return {
        mean: norm.mean,
        values,
        indices,
        right: tf.equal(indices, 1),
        picked: tf.gather(x!, index!),
        wide: tf.concat([x!, tf.tile(x!, [2, 1])]),
        product: tf.matMul(x!, x!, false, true),
      }
    }
    const inputs = { x: tf.randomNormal([4, 3]), index: tf.tensor1d([3, 0], 'int32') }
    const kinds = (results: Record<string, tf.Tensor>) =>
      Object.values(results).map(({ shape, dtype }) => [shape, dtype])
    let recorded: unknown
    record((tensors) => {
      const results = step(tensors)
      recorded = kinds(results)
      return results
    }, inputs)
    expect(recorded).toEqual(kinds(tf.tidy(() => step(inputs))))
  })

  it('keeps the values of indices and of what constants make', () => {
    let seen: number[][] = []
    record(
      ({ index }) => {
        const next = tf.add(index!, tf.scalar(1, 'int32'))
        const doubled = tf.mul(tf.tensor1d([1, 2]), 2)
        seen = [next, doubled].map(valuesOf)
        return { y: tf.gather(doubled, next) }
      },
      { index: tf.tensor1d([0, -1], 'int32') },
    )
    expect(seen).toEqual([
      [1, 0],
      [2, 4],
    ])
  })

  it('shares one buffer between all results of one shape, and frees it', () => {
    const x = tf.ones([256, 1024])
    const before = process.memoryUsage().rss
    const held: tf.Tensor[] = []
    record(
      ({ x: input }) => {
        let y = input!
        for (let i = 0; i < 300; i++) held.push((y = tf.mul(tf.add(y, i), 0.5)))
        return { y }
      },
      { x },
    )
    // Six hundred results of 1 MiB.
    expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(150)
  })

  it('leaves inputs and variables alone', () => {
    const variable = tf.variable(tf.tensor1d([1, 2]))
    const x = tf.tensor1d([3, 4])
    record(
      ({ x: input }) => {
        variable.assign(tf.mul(variable, input!))
        return { y: tf.add(variable, input!) }
      },
      { x },
    )
    expect([...variable.dataSync(), ...x.dataSync()]).toEqual([1, 2, 3, 4])
  })

  it('refuses a tensor that the step kept from the time before, since it has no values', () => {
    let last: tf.Tensor = tf.scalar(0)
    const step: StepFunction = ({ x }) => {
      last = tf.keep(tf.add(last, tf.mean(x!)))
      return { y: tf.mul(x!, last) }
    }
    const examples = [{ x: tf.ones([4]) }, { x: tf.zeros([4]) }] as const
    expect(() => engine.compile(step, { name: 'test', examples })).toThrow(
      /uses a tensor that an earlier step made at .*stand-ins\.test\.ts/,
    )
  })
})
