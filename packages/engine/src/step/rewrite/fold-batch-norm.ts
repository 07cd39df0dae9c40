import { DATA_TYPES, type GraphNode } from '../graph-node.js'
import { constantOf, floatConstant, floatsOf } from './constants.js'

/**
 * Folds the batch normalisation of a frozen model into the convolution before it:
 * `gamma * (conv(x, W) - mean) / sqrt(variance + epsilon) + beta = conv(x, k W) + (beta - k mean)`, `k = gamma / sqrt(variance + epsilon)`.
 *
 * Only if all of it is constant and nothing else uses the convolution. Computed in double precision.
 */
export function foldBatchNorm(nodes: readonly GraphNode[]): GraphNode[] {
  const byName = new Map(nodes.map((node) => [node.name, node]))
  const uses = new Map<string, number>()
  for (const input of nodes.flatMap((node) => node.inputs))
    uses.set(base(input), (uses.get(base(input)) ?? 0) + 1)

  const replaced = new Map<string, readonly GraphNode[]>()
  for (const node of nodes) {
    const conv = byName.get(node.inputs[0] ?? '')
    if (!isInference(node) || conv?.op !== 'Conv2D' || uses.get(conv.name) !== 1) continue
    const folded = fold(node, conv, byName)
    if (folded === undefined) continue
    replaced.set(conv.name, folded.conv)
    replaced.set(node.name, folded.bias)
  }
  return nodes.flatMap((node) => replaced.get(node.name) ?? [node])
}

const base = (input: string): string => input.replace(/^\^/, '').replace(/:\d+$/, '')

function isInference({ op, attributes }: GraphNode): boolean {
  return (op === 'FusedBatchNorm' || op === 'FusedBatchNormV3') && attributes.is_training?.value === false
}

function fold(
  norm: GraphNode,
  conv: GraphNode,
  byName: ReadonlyMap<string, GraphNode>,
): { readonly conv: GraphNode[]; readonly bias: GraphNode[] } | undefined {
  const [image = '', filterName = ''] = conv.inputs
  const filter = byName.get(filterName)
  const kernel = floatsOf(filter)
  const kernelShape = constantOf(filter)?.shape
  const [gamma, beta, mean, variance] = norm.inputs.slice(1).map((input) => floatsOf(byName.get(input)))
  if (!kernel || !kernelShape || !gamma || !beta || !mean || !variance) return undefined
  const epsilon = Number(norm.attributes.epsilon?.value ?? 1e-4)
  // All vectors have one value per channel, the last axis of the kernel.
  const factor = Array.from(gamma, (g, c) => g / Math.sqrt(variance[c]! + epsilon))
  const channels = factor.length
  const scaled = kernel.map((weight, i) => weight * factor[i % channels]!)
  const offset = Float32Array.from(beta, (b, c) => b - factor[c]! * mean[c]!)
  const T = { kind: 'type', value: DATA_TYPES.float32 } as const
  const inherited = { origin: norm.origin, scope: norm.scope, shape: norm.shape } as Pick<GraphNode, 'scope'>
  return {
    conv: [
      { ...floatConstant(`${conv.name}/folded`, kernelShape, scaled), ...inherited },
      { ...conv, inputs: [image, `${conv.name}/folded`] },
    ],
    bias: [
      { ...floatConstant(`${norm.name}/offset`, [channels], offset), ...inherited },
      {
        ...norm,
        op: 'BiasAdd',
        inputs: [conv.name, `${norm.name}/offset`],
        attributes: { T, data_format: { kind: 'string', value: 'NHWC' } },
      },
    ],
  }
}
