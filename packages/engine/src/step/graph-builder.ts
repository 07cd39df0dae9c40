import { type Attribute, DATA_TYPES, type GraphNode } from './graph-node.js'
import { impure, scopeName } from './impure-step.js'
import { origin } from './origin.js'

/** Where a node or a value was made. */
export type Place = Pick<GraphNode, 'origin' | 'scope'>

export const currentPlace = (): Place => ({ origin: origin(), scope: scopeName() })

/** Builds the nodes of a graph in order. */
export interface GraphBuilder {
  readonly nodes: readonly GraphNode[]
  /** Adds a node; returns its name. */
  readonly add: (
    op: string,
    inputs: readonly string[],
    attributes: GraphNode['attributes'],
    more?: Partial<Pick<GraphNode, 'name' | 'shape' | 'origin' | 'scope'>>,
  ) => string
  /** Adds a constant; returns its name. */
  readonly constant: (
    shape: readonly number[],
    dtype: number,
    values: ArrayLike<number>,
    place?: Place,
  ) => string
  /** Whether a node is a constant that was added here. */
  readonly isConstant: (name: string) => boolean
}

export function createGraphBuilder(): GraphBuilder {
  const nodes: GraphNode[] = []
  const constants = new Set<string>()
  let counter = 0
  const add: GraphBuilder['add'] = (op, inputs, attributes, more) => {
    const node = { name: `${op}_${counter++}`, op, inputs, attributes, ...currentPlace(), ...more }
    nodes.push(node)
    return node.name
  }
  return {
    nodes,
    add,
    constant: (shape, dtype, values, place) => {
      const value: Attribute = {
        kind: 'tensor',
        value: { dtype, shape: [...shape], bytes: bytesOf(dtype, values) },
      }
      const name = add('Const', [], { dtype: { kind: 'type', value: dtype }, value }, place)
      constants.add(name)
      return name
    },
    isConstant: (name) => constants.has(name),
  }
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
