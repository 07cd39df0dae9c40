import { DATA_TYPES, type GraphNode } from '../graph-node.js'
import { constantOf, floatsOf } from './constants.js'

/**
 * Moves padding into convolutions: a zero-padding before convolutions without padding becomes their explicit padding, and
 * that of the gradients with respect to their images.
 *
 * Applies if every use of the padded tensor is such a convolution or its filter's gradient. That gradient still reads the
 * padded copy: with explicit padding libtensorflow has only a slow kernel for it, which costs more than the copy.
 */
export function explicitPadding(nodes: readonly GraphNode[]): GraphNode[] {
  const byName = new Map(nodes.map((node) => [node.name, node]))
  const users = new Map<string, GraphNode[]>()
  for (const node of nodes)
    for (const input of node.inputs) users.set(input, [...(users.get(input) ?? []), node])

  const changed = new Map<string, GraphNode>()
  const alias = new Map<string, string>()
  for (const pad of nodes) {
    const amounts = zeroPadding(pad, byName)
    const uses = users.get(pad.name) ?? []
    if (amounts === undefined || !uses.every((use) => isUnpadded(use, pad.name))) continue
    const gradients = nodes
      .filter((node) => isInputGradient(node, pad, uses))
      .map((gradient) => ({ gradient, slice: sliceOf(gradient, amounts, users, byName) }))
    if (gradients.some(({ slice }) => slice === undefined)) continue
    const [image = ''] = pad.inputs
    for (const use of uses)
      if (use.op === 'Conv2D')
        changed.set(use.name, padded({ ...use, inputs: [image, ...use.inputs.slice(1)] }, amounts))
    for (const { gradient, slice } of gradients) {
      // The slice removed the padding; its size is that of the image.
      const [, , size = ''] = slice?.inputs ?? []
      const inputs = [size, ...gradient.inputs.slice(1)]
      changed.set(gradient.name, padded({ ...gradient, inputs }, amounts))
      if (slice !== undefined) alias.set(slice.name, gradient.name)
    }
  }
  return nodes
    .filter(({ name }) => !alias.has(name))
    .map((node) => changed.get(node.name) ?? node)
    .map((node) => ({ ...node, inputs: node.inputs.map((input) => alias.get(input) ?? input) }))
}

/** Amounts before and after each of the four dimensions, if a node pads height and width with zeros. */
function zeroPadding(node: GraphNode, byName: ReadonlyMap<string, GraphNode>): readonly number[] | undefined {
  if (node.op !== 'PadV2') return undefined
  const [, paddings = '', fill = ''] = node.inputs
  const amounts = integersOf(byName.get(paddings))
  const value = floatsOf(byName.get(fill))
  const [n0, n1, , , , , c0, c1] = amounts ?? []
  const spatial = amounts?.length === 8 && n0 === 0 && n1 === 0 && c0 === 0 && c1 === 0
  return spatial && value?.length === 1 && value[0] === 0 ? amounts : undefined
}

const isValid = ({ attributes }: GraphNode): boolean =>
  attributes.padding?.value === 'VALID' && attributes.data_format?.value === 'NHWC'

const isUnpadded = (node: GraphNode, image: string): boolean =>
  (node.op === 'Conv2D' || node.op === 'Conv2DBackpropFilter') && isValid(node) && node.inputs[0] === image

/** Whether it is the gradient of such a convolution with respect to the padded images. */
const isInputGradient = (node: GraphNode, pad: GraphNode, uses: readonly GraphNode[]): boolean =>
  node.op === 'Conv2DBackpropInput' &&
  isValid(node) &&
  node.shape?.join() === pad.shape?.join() &&
  uses.some((use) => use.op === 'Conv2D' && use.inputs[1] === node.inputs[1])

/** The only use of a gradient, if that is the slice that removes the padding. */
function sliceOf(
  gradient: GraphNode,
  amounts: readonly number[],
  users: ReadonlyMap<string, readonly GraphNode[]>,
  byName: ReadonlyMap<string, GraphNode>,
): GraphNode | undefined {
  const [slice, ...others] = users.get(gradient.name) ?? []
  const [, start = '', size = ''] = slice?.inputs ?? []
  const begin = integersOf(byName.get(start))
  const expected = [0, amounts[2], amounts[4], 0]
  const only = slice?.op === 'Slice' && others.length === 0 && begin?.join() === expected.join()
  return only && integersOf(byName.get(size)) !== undefined ? slice : undefined
}

const padded = (node: GraphNode, amounts: readonly number[]): GraphNode => ({
  ...node,
  attributes: {
    ...node.attributes,
    padding: { kind: 'string', value: 'EXPLICIT' },
    explicit_paddings: { kind: 'int', value: amounts },
  },
})

function integersOf(node: GraphNode | undefined): readonly number[] | undefined {
  const value = constantOf(node)
  if (value?.dtype !== DATA_TYPES.int32) return undefined
  return [...new Int32Array(Uint8Array.from(value.bytes).buffer)]
}
