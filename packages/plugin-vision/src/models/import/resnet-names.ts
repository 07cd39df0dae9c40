/**
 * Names of a weight of these ResNets in published checkpoints, in PyTorch's spelling, the most common first.
 *
 * `layer1.0.conv1.weight` and the like are shared by all; the shortcut is `downsample` (torchvision, RepDistiller) or
 * `shortcut`, the classifier `fc` or `linear`.
 */
export function foreignNames(name: string): readonly string[] {
  const [layer = '', weight = ''] = name.split('/')
  const part = WEIGHTS[weight] ?? weight
  return foreignLayers(layer).map((foreign) => `${foreign}.${part}`)
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

/** A foreign name without the prefix of a parallel or wrapped module; undefined for a counter, which is not a weight. */
export function plainName(name: string): string | undefined {
  if (name.endsWith('num_batches_tracked')) return undefined
  return name.replace(/^(?:module\.)+/, '')
}

/** Whether a name is one of Umbra's files, `layer/kernel`. */
export const isUmbraName = (name: string): boolean => name.includes('/')
