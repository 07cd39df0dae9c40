import { PbfWriter } from 'pbf'
import type { Attribute, ConstantValue, GraphNode } from './graph-node.js'

// Field numbers of TensorFlow's protocol buffers (saved_model, meta_graph, graph, node_def, attr_value, tensor).

/** A SavedModel of one graph without signatures, with tag `serve`: the content of `saved_model.pb`. */
export function encodeSavedModel(nodes: readonly GraphNode[]): Uint8Array {
  const pbf = new PbfWriter()
  pbf.writeVarintField(1, 1)
  pbf.writeMessage(2, writeMetaGraph, nodes)
  return pbf.finish()
}

function writeMetaGraph(nodes: readonly GraphNode[], pbf: PbfWriter): void {
  pbf.writeMessage(1, (tag: string, meta: PbfWriter) => meta.writeStringField(4, tag), 'serve')
  pbf.writeMessage(2, writeGraph, nodes)
}

function writeGraph(nodes: readonly GraphNode[], pbf: PbfWriter): void {
  for (const node of nodes) pbf.writeMessage(1, writeNode, node)
  pbf.writeMessage(4, (producer: number, versions: PbfWriter) => versions.writeVarintField(1, producer), 1395)
}

function writeNode(node: GraphNode, pbf: PbfWriter): void {
  pbf.writeStringField(1, node.name)
  pbf.writeStringField(2, node.op)
  for (const input of node.inputs) pbf.writeStringField(3, input)
  for (const entry of Object.entries(node.attributes)) pbf.writeMessage(5, writeEntry, entry)
}

function writeEntry([key, attribute]: readonly [string, Attribute], pbf: PbfWriter): void {
  pbf.writeStringField(1, key)
  pbf.writeMessage(2, writeAttribute, attribute)
}

function writeAttribute(attribute: Attribute, pbf: PbfWriter): void {
  const { kind, value } = attribute
  if (kind === 'shape') pbf.writeMessage(7, writeShape, value)
  else if (kind === 'tensor') pbf.writeMessage(8, writeTensor, value)
  else if (Array.isArray(value)) pbf.writeMessage(1, writeList, attribute)
  else writeScalar(kind, value as number | boolean | string, pbf)
}

/** The fields of a list have the same numbers as those of single values. */
function writeList({ kind, value }: Attribute, pbf: PbfWriter): void {
  for (const item of value as readonly (number | boolean | string)[]) writeScalar(kind, item, pbf)
}

function writeScalar(kind: Attribute['kind'], value: number | boolean | string, pbf: PbfWriter): void {
  if (kind === 'string') pbf.writeBytesField(2, Buffer.from(String(value)))
  else if (kind === 'int') pbf.writeVarintField(3, Number(value))
  else if (kind === 'float') pbf.writeFloatField(4, Number(value))
  else if (kind === 'bool') pbf.writeBooleanField(5, Boolean(value))
  else pbf.writeVarintField(6, Number(value))
}

function writeShape(shape: readonly number[], pbf: PbfWriter): void {
  for (const size of shape)
    pbf.writeMessage(2, (n: number, dimension: PbfWriter) => dimension.writeVarintField(1, n), size)
}

function writeTensor({ dtype, shape, bytes }: ConstantValue, pbf: PbfWriter): void {
  pbf.writeVarintField(1, dtype)
  pbf.writeMessage(2, writeShape, shape)
  pbf.writeBytesField(4, bytes)
}
