import * as tf from '@tensorflow/tfjs-core'
import type { StepFunction } from '@umbra/core/trainer'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createEngine } from '../create-engine.js'
import { hasTensorflow, withoutTensorflow } from '../testing/engines.js'
import { type NodeBackend, nodeBackend } from '../tensorflow/node-backend.js'
import { DATA_TYPES, type GraphNode } from './graph-node.js'
import { type RecordedStep, recordStep } from './record-step.js'
import { createStandIns } from './stand-ins.js'

describe.skipIf(!hasTensorflow)(`recordStep on tensorflow${withoutTensorflow}`, () => {
  let backend: NodeBackend
  beforeAll(async () => {
    await createEngine('tensorflow')
    backend = nodeBackend()!
  })
  afterEach(() => {
    tf.disposeVariables()
  })

  const record = (step: StepFunction, constants: readonly tf.Tensor[] = []): RecordedStep =>
    recordStep(backend, step, { x: tf.tensor1d([1, 2]) }, new Set(constants), createStandIns(backend.binding))
  const ofKind = ({ nodes }: RecordedStep, op: string): GraphNode[] => nodes.filter((node) => node.op === op)
  const floats = (node: GraphNode | undefined): number[] => {
    const { value } = node!.attributes.value as { value: { bytes: Uint8Array } }
    return [...new Float32Array(Uint8Array.from(value.bytes).buffer)]
  }

  it('records operations in order, with attributes, shapes and what they are made of', () => {
    const recorded = record(({ x }) => ({ y: tf.relu(tf.add(x!, 1)) }))
    expect(recorded.nodes.map(({ op }) => op)).toEqual(['Placeholder', 'Const', 'Add', 'Relu', 'Identity'])
    const [input, one, add, relu, output] = recorded.nodes
    expect(add!.inputs).toEqual([input!.name, one!.name])
    expect(relu!.inputs).toEqual([add!.name])
    expect(relu).toMatchObject({ attributes: { T: { kind: 'type', value: DATA_TYPES.float32 } }, shape: [2] })
    expect(floats(one)).toEqual([1])
    expect([...recorded.inputs]).toEqual([['x', input!.name]])
    expect([...recorded.outputs]).toEqual([['y', output!.name]])
  })

  it('has a constant for every tensor from outside, once', () => {
    const outside = tf.mul(tf.tensor1d([3, 4]), 2)
    const recorded = record(({ x }) => ({ y: tf.add(tf.mul(x!, outside), outside) }))
    expect(ofKind(recorded, 'Const').map(floats)).toEqual([[6, 8]])
  })

  it('knows which variables are read, and which are assigned', () => {
    const [read, written, both, untouched] = [1, 2, 3, 4].map((value) =>
      tf.variable(tf.tensor1d([value, value])),
    )
    const recorded = record(({ x }) => {
      written!.assign(tf.mul(x!, 2))
      both!.assign(tf.add(both!, read!))
      return { y: tf.clone(x!) }
    })
    expect(recorded.state.map(({ variable, read, next }) => [variable, read, next !== undefined])).toEqual([
      [read, true, false],
      [written, false, true],
      [both, true, true],
    ])
    const values = [read, written, both, untouched].map((variable) => [...variable!.dataSync()])
    expect(values).toEqual([1, 2, 3, 4].map((value) => [value, value]))
  })

  it('has constants in place of frozen variables, and no state for them', () => {
    const [frozen, live] = [5, 6].map((value) => tf.variable(tf.tensor1d([value, value])))
    const recorded = record(({ x }) => ({ y: tf.addN([x!, frozen!, live!]) }), [frozen!])
    expect(ofKind(recorded, 'Const').map(floats)).toEqual([[5, 5]])
    expect(recorded.state.map(({ variable }) => variable)).toEqual([live])
  })

  it('keeps lists, types of several outputs, and names those by their number', () => {
    const recorded = record(({ x }) => {
      const { indices } = tf.topk(x!, 1)
      const pooled = tf.maxPool(tf.reshape<tf.Rank.R4>(x!, [1, 2, 1, 1]), [2, 1], [2, 1], 'valid')
      return { indices, pooled }
    })
    const [top] = ofKind(recorded, 'TopKV2')
    const [ofIndices] = ofKind(recorded, 'Identity')
    expect(ofIndices!.inputs).toEqual([`${top!.name}:1`])
    expect(ofIndices!.attributes.T).toEqual({ kind: 'type', value: DATA_TYPES.int32 })
    const [pool] = ofKind(recorded, 'MaxPool')
    expect(pool!.attributes).toMatchObject({
      ksize: { kind: 'int', value: [1, 2, 1, 1] },
      padding: { kind: 'string', value: 'VALID' },
    })
  })

  it('keeps a list that is empty', () => {
    const { TF_ATTR_INT, TF_ATTR_TYPE, TF_FLOAT } = backend.binding
    const recorded = record(({ x }) => {
      const attributes = [
        { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT },
        { name: 'squeeze_dims', type: TF_ATTR_INT, value: [] },
      ]
      return { y: backend.executeSingleOutput('Squeeze', attributes, [tf.reshape(x!, [1, 2, 1])]) }
    })
    expect(ofKind(recorded, 'Squeeze')[0]!.attributes.squeeze_dims).toEqual({ kind: 'int', value: [] })
  })

  it('names the scope of methods and teachers, the innermost', () => {
    const recorded = record(({ x }) => {
      const y = tf.tidy('teacher "big"', () => tf.tidy('forward', () => tf.relu(x!)))
      return { y: tf.tidy('method "kd"', () => tf.neg(y)) }
    })
    const scopes = recorded.nodes.map(({ op, scope }) => [op, scope])
    expect(scopes).toContainEqual(['Relu', 'teacher "big"'])
    expect(scopes).toContainEqual(['Neg', 'method "kd"'])
    expect(scopes).toContainEqual(['Identity', ''])
  })

  it('lets a step read what it made itself in JavaScript, and no other value', () => {
    const read = (which: (x: tf.Tensor) => tf.Tensor) => () =>
      record(({ x }) => ({ y: tf.mul(x!, which(x!).dataSync()[0]!) }))
    expect(read(() => tf.scalar(3))).not.toThrow()
    expect(read((x) => x)).toThrow(/reads the value/)
    expect(read((x) => tf.neg(x))).toThrow(/reads the value/)
    expect(read(() => tf.neg(tf.scalar(3)))).toThrow(/reads the value/)
  })

  it('restores the backend, variables and tensors when a step throws', () => {
    const variable = tf.variable(tf.tensor1d([1, 1]))
    const { binding } = backend
    const before = tf.memory().numTensors
    const broken: StepFunction = ({ x }) => {
      variable.assign(tf.add(variable, x!))
      throw new Error('broken')
    }
    expect(() => record(broken)).toThrow('broken')
    expect(backend.binding).toBe(binding)
    expect(Object.keys(backend)).not.toContain('write')
    expect([...variable.dataSync()]).toEqual([1, 1])
    // The input made for the recording.
    expect(tf.memory().numTensors).toBe(before + 1)
  })
})
