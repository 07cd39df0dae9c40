import type { NodeBinding, OpAttribute } from '../tensorflow/node-backend.js'
import { type Attribute, DATA_TYPES } from './graph-node.js'
import { impure } from './impure-step.js'

type Attributes = Readonly<Record<string, Attribute>>

/** Attributes that libtensorflow infers when it runs an operation at once, but that a node must have. */
const IMPLIED: Readonly<Record<string, (result: number) => Attributes>> = {
  FusedBatchNormV3: () => ({ U: { kind: 'type', value: DATA_TYPES.float32 } }),
  FusedBatchNormGradV3: () => ({ U: { kind: 'type', value: DATA_TYPES.float32 } }),
  ExpandDims: (result) => ({
    T: { kind: 'type', value: result },
    Tdim: { kind: 'type', value: DATA_TYPES.int32 },
  }),
}

/** The attributes of a node: those of a call of the addon, and those the call implies. `result` is the type of its first output. */
export function nodeAttributes(
  binding: NodeBinding,
  op: string,
  attributes: readonly OpAttribute[],
  result: number | undefined,
): Attributes {
  const kinds = attributeKinds(binding)
  const converted: Record<string, Attribute> = {}
  for (const { name, type, value } of attributes) {
    const kind = kinds.get(type)
    if (value === undefined || value === null) continue
    if (kind === undefined) throw impure(`uses an attribute "${name}" of a kind that cannot be recorded`)
    converted[name] = { kind, value: Array.isArray(value) ? [...(value as unknown[])] : value } as Attribute
  }
  return { ...(result === undefined ? {} : IMPLIED[op]?.(result)), ...converted }
}

const attributeKinds = (binding: NodeBinding): ReadonlyMap<number, Attribute['kind']> =>
  new Map<number, Attribute['kind']>([
    [binding.TF_ATTR_TYPE, 'type'],
    [binding.TF_ATTR_INT, 'int'],
    [binding.TF_ATTR_FLOAT, 'float'],
    [binding.TF_ATTR_BOOL, 'bool'],
    [binding.TF_ATTR_STRING, 'string'],
    [binding.TF_ATTR_SHAPE, 'shape'],
  ])
