import * as tfl from '@tensorflow/tfjs-layers'

export interface TinyModelOptions {
  /** `[height, width, channels]` */
  readonly inputShape?: readonly [number, number, number]
  readonly classes?: number
  /** Channels of the only convolution, and so length of the pooled features. */
  readonly filters?: number
  readonly batchNorm?: boolean
  /** Equal seeds give equal weights. */
  readonly seed?: number
}

/**
 * The smallest network with everything a distillation test needs: `conv` [batch, h, w, filters], `bn` if wanted, `relu`,
 * `pooled` [batch, filters], `logits` [batch, classes].
 */
export function tinyModel({
  inputShape = [8, 8, 3],
  classes = 4,
  filters = 4,
  batchNorm = false,
  seed = 0,
}: TinyModelOptions = {}): tfl.LayersModel {
  const initialiser = (offset: number) => tfl.initializers.glorotUniform({ seed: 2 * seed + offset + 1 })
  const input = tfl.input({ shape: [...inputShape] })
  const conv = tfl.layers
    .conv2d({
      name: 'conv',
      filters,
      kernelSize: 3,
      padding: 'same',
      useBias: !batchNorm,
      kernelInitializer: initialiser(0),
    })
    .apply(input)
  const normal = batchNorm ? tfl.layers.batchNormalization({ name: 'bn' }).apply(conv) : conv
  const relu = tfl.layers.activation({ name: 'relu', activation: 'relu' }).apply(normal)
  const pooled = tfl.layers.globalAveragePooling2d({ name: 'pooled' }).apply(relu)
  const logits = tfl.layers
    .dense({ name: 'logits', units: classes, kernelInitializer: initialiser(1) })
    .apply(pooled)
  return tfl.model({ inputs: input, outputs: logits as tfl.SymbolicTensor })
}
