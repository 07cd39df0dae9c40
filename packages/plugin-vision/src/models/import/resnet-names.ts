/**
 * Names under which published checkpoints hold a weight of our ResNets, in PyTorch's spelling, most common first.
 *
 * `layer1.0.conv1.weight` and the like are shared by all; the shortcut is `downsample` (torchvision, RepDistiller) or
 * `shortcut`, the classifier `fc` or `linear`.
 */
export function foreignNames(own: string): readonly string[] {
  const [layer = '', weight = ''] = own.split('/')
  const part = WEIGHTS[weight] ?? weight
  return foreignLayers(layer).map((name) => `${name}.${part}`)
}

const WEIGHTS: Readonly<Record<string, string>> = {
  kernel: 'weight',
  bias: 'bias',
  gamma: 'weight',
  beta: 'bias',
  moving_mean: 'running_mean',
  moving_variance: 'running_var',
}

function foreignLayers(layer: string): readonly string[] {
  if (layer === 'stem_conv') return ['conv1']
  if (layer === 'stem_bn') return ['bn1']
  if (layer === 'logits') return ['fc', 'linear']
  const [, stage, block, part] = /^stage(\d+)_block(\d+)_(.+)$/.exec(layer) ?? []
  if (stage === undefined || block === undefined || part === undefined) return []
  const prefix = `layer${stage}.${Number(block) - 1}`
  if (part === 'shortcut_conv') return [`${prefix}.downsample.0`, `${prefix}.shortcut.0`]
  if (part === 'shortcut_bn') return [`${prefix}.downsample.1`, `${prefix}.shortcut.1`]
  return [`${prefix}.${part}`]
}

/** A foreign name without the prefix of a parallel or wrapped module, or undefined for a counter that holds no weight. */
export function plainName(name: string): string | undefined {
  if (name.endsWith('num_batches_tracked')) return undefined
  return name.replace(/^(?:module\.)+/, '')
}

/** Whether a name is of our own making, `layer/kernel`. */
export const isOwnName = (name: string): boolean => name.includes('/')
