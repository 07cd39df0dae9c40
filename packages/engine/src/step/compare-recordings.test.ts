import { describe, expect, it } from 'vitest'
import { compareRecordings } from './compare-recordings.js'
import { DATA_TYPES, type GraphNode } from './graph-node.js'
import type { RecordedStep } from './record-step.js'

const recorded = (...nodes: readonly GraphNode[]): RecordedStep => ({
  nodes,
  inputs: new Map(),
  outputs: new Map(),
  state: [],
})
const node = (op: string, rest: Partial<GraphNode> = {}): GraphNode => ({
  name: 'n',
  op,
  inputs: [],
  attributes: {},
  ...rest,
})
const constant = (values: readonly number[], rest: Partial<GraphNode> = {}): GraphNode => {
  const bytes = new Uint8Array(Float32Array.from(values).buffer)
  const value = { dtype: DATA_TYPES.float32, shape: [values.length], bytes }
  return node('Const', { attributes: { value: { kind: 'tensor', value } }, ...rest })
}
const placed = (line: number): Error =>
  Object.assign(new Error('x'), { stack: `Error: x\n    at f (/a/plugin.ts:${line}:1)` })

describe('compareRecordings', () => {
  it('takes equal recordings, wherever their nodes came from', () => {
    const one = recorded(constant([1, 2], { origin: placed(1) }), node('Add', { inputs: ['n', 'n'] }))
    const two = recorded(constant([1, 2], { origin: placed(9) }), node('Add', { inputs: ['n', 'n'] }))
    expect(() => compareRecordings(one, two)).not.toThrow()
  })

  it.each<[string, GraphNode, GraphNode]>([
    ['the values of a constant', constant([1, 2]), constant([1, 3])],
    ['the shape of a constant', constant([1]), constant([1, 0])],
    ['an operation', node('Add'), node('Sub')],
    ['an input', node('Add', { inputs: ['a', 'b'] }), node('Add', { inputs: ['b', 'a'] })],
    [
      'an attribute',
      node('Op', { attributes: { a: { kind: 'float', value: 1 } } }),
      node('Op', { attributes: { a: { kind: 'float', value: 2 } } }),
    ],
    [
      'an attribute that is no finite number',
      node('Op', { attributes: { a: { kind: 'float', value: Infinity } } }),
      node('Op', { attributes: { a: { kind: 'float', value: -Infinity } } }),
    ],
  ])('refuses recordings that differ in %s', (_name, one, two) => {
    expect(() => compareRecordings(recorded(node('A'), one), recorded(node('A'), two))).toThrow(
      expect.objectContaining({ code: 'UMBRA_STEP_IMPURE' }) as Error,
    )
  })

  it('refuses a recording that goes on, either way', () => {
    const [short, long] = [recorded(node('A')), recorded(node('A'), node('Tanh'))]
    expect(() => compareRecordings(short, long)).toThrow(/Tanh/)
    expect(() => compareRecordings(long, short)).toThrow(/Tanh/)
  })

  it('names the method and the place of the first difference', () => {
    const scope = 'method "own"'
    const one = recorded(constant([1], { origin: placed(3), scope }), constant([5], { origin: placed(4) }))
    const two = recorded(constant([2], { origin: placed(3), scope }), constant([6], { origin: placed(4) }))
    expect(() => compareRecordings(one, two)).toThrow(
      /^method "own" does not do the same.*number made in JavaScript at \/a\/plugin\.ts:3:1/,
    )
  })

  it('names the node within a method where the other trace has left it', () => {
    const inside = node('Tanh', { scope: 'method "own"', origin: placed(3) })
    const outside = node('Identity', { scope: '', origin: placed(8) })
    for (const pair of [
      [inside, outside],
      [outside, inside],
    ] as const)
      expect(() => compareRecordings(recorded(pair[0]), recorded(pair[1]))).toThrow(
        /^method "own".*Tanh at .*:3:1/,
      )
  })
})
