import { PbfReader } from 'pbf'
import { describe, expect, it } from 'vitest'
import { type Attribute, DATA_TYPES, type GraphNode } from './graph-node.js'
import { encodeSavedModel } from './saved-model.js'

type Fields = Record<number, unknown[]>

/** Field numbers to values: numbers for varints, bytes for the rest. */
function fields(bytes: Uint8Array): Fields {
  const result: Fields = {}
  new PbfReader(bytes).readFields((tag: number, _: unknown, pbf: PbfReader) => {
    const value = pbf.type === 0 ? pbf.readVarint(true) : pbf.type === 5 ? pbf.readFloat() : pbf.readBytes()
    ;(result[tag] ??= []).push(value)
  }, undefined)
  return result
}
const message = (from: Fields, tag: number, index = 0): Fields => fields(from[tag]![index] as Uint8Array)
const text = (bytes: unknown): string => Buffer.from(bytes as Uint8Array).toString()

const node = (attributes: Record<string, Attribute>, rest: Partial<GraphNode> = {}): GraphNode => ({
  name: 'n',
  op: 'Op',
  inputs: [],
  attributes,
  ...rest,
})

/** NodeDefs: saved_model.meta_graphs(2).graph_def(2).node(1). */
const nodesOf = (nodes: readonly GraphNode[]): Fields[] => {
  const graph = message(message(fields(encodeSavedModel(nodes)), 2), 2)
  return (graph[1] ?? []).map((bytes) => fields(bytes as Uint8Array))
}
/** AttrValue of the one attribute of the one node. */
const attribute = (value: Attribute): Fields => message(message(nodesOf([node({ key: value })])[0]!, 5), 2)

describe('encodeSavedModel', () => {
  it('has a version, a tag and a producer', () => {
    const model = fields(encodeSavedModel([node({})]))
    expect(model[1]).toEqual([1])
    const meta = message(model, 2)
    expect(text(message(meta, 1)[4]![0])).toBe('serve')
    expect(message(message(meta, 2), 4)[1]).toEqual([1395])
  })

  it('writes nodes in order, with their inputs in order', () => {
    const nodes = nodesOf([
      node({}, { name: 'a/b', op: 'Const' }),
      node({}, { name: 'c', op: 'Add', inputs: ['a/b', 'x:1', '^y'] }),
    ])
    expect(nodes.map((fields) => [1, 2, 3].map((tag) => (fields[tag] ?? []).map(text)))).toEqual([
      [['a/b'], ['Const'], []],
      [['c'], ['Add'], ['a/b', 'x:1', '^y']],
    ])
  })

  it('names every attribute', () => {
    const [only] = nodesOf([node({ T: { kind: 'type', value: 1 }, axis: { kind: 'int', value: 0 } })])
    expect(only![5]!.map((entry) => text(fields(entry as Uint8Array)[1]![0]))).toEqual(['T', 'axis'])
  })

  it.each<[string, Attribute, number, unknown]>([
    ['a type', { kind: 'type', value: DATA_TYPES.float32 }, 6, 1],
    ['an integer', { kind: 'int', value: 300 }, 3, 300],
    ['zero', { kind: 'int', value: 0 }, 3, 0],
    ['a negative integer', { kind: 'int', value: -1 }, 3, -1],
    ['a number', { kind: 'float', value: 0.5 }, 4, 0.5],
    ['true', { kind: 'bool', value: true }, 5, 1],
    ['false', { kind: 'bool', value: false }, 5, 0],
  ])('writes %s', (_name, value, tag, expected) => {
    expect(attribute(value)).toEqual({ [tag]: [expected] })
  })

  it('writes a string, also the empty one', () => {
    expect(text(attribute({ kind: 'string', value: 'NHWC' })[2]![0])).toBe('NHWC')
    expect(text(attribute({ kind: 'string', value: '' })[2]![0])).toBe('')
  })

  it.each<[string, Attribute, number, unknown[]]>([
    ['integers', { kind: 'int', value: [1, 2, -2, 1] }, 3, [1, 2, -2, 1]],
    ['numbers', { kind: 'float', value: [0.5, -2] }, 4, [0.5, -2]],
    ['booleans', { kind: 'bool', value: [true, false] }, 5, [1, 0]],
    ['types', { kind: 'type', value: [1, 3] }, 6, [1, 3]],
  ])('writes a list of %s', (_name, value, tag, expected) => {
    expect(message(attribute(value), 1)).toEqual({ [tag]: expected })
  })

  it('writes a list of strings', () => {
    const list = message(attribute({ kind: 'string', value: ['a', '', 'bc'] }), 1)
    expect(list[2]!.map(text)).toEqual(['a', '', 'bc'])
  })

  it('writes an empty list as a list, not as nothing', () => {
    const value = attribute({ kind: 'int', value: [] })
    expect(Object.keys(value)).toEqual(['1'])
    expect(message(value, 1)).toEqual({})
  })

  it('writes shapes, that of a scalar too', () => {
    const sizes = (value: number[]): unknown[] => {
      const shape = message(attribute({ kind: 'shape', value }), 7)
      return (shape[2] ?? []).map((size) => fields(size as Uint8Array)[1]?.[0])
    }
    expect(sizes([2, 300, 0])).toEqual([2, 300, 0])
    expect(sizes([])).toEqual([])
  })

  it('writes a tensor with its type, shape and bytes', () => {
    const bytes = new Uint8Array(Float32Array.of(1, -2).buffer)
    const value = { dtype: DATA_TYPES.float32, shape: [1, 2], bytes }
    const tensor = message(attribute({ kind: 'tensor', value }), 8)
    expect(tensor[1]).toEqual([1])
    expect(message(tensor, 2)[2]!.map((size) => fields(size as Uint8Array)[1])).toEqual([[1], [2]])
    expect(Uint8Array.from(tensor[4]![0] as Uint8Array)).toEqual(bytes)
  })

  it('writes megabytes as they are', () => {
    const bytes = Uint8Array.from({ length: 3_000_000 }, (_, i) => i % 251)
    const value = { dtype: DATA_TYPES.bool, shape: [bytes.length], bytes }
    const stored = message(attribute({ kind: 'tensor', value }), 8)[4]![0] as Uint8Array
    expect(Buffer.compare(stored, bytes)).toBe(0)
  })
})
