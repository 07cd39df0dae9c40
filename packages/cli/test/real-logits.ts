import { join } from 'node:path'
import { type Dataset, type Engine, tf } from '@umbra/core'
import { type Registry, createNormaliser, loadModel, tapModel } from '@umbra/core/trainer'
import { NORMALISATIONS } from '@umbra/plugin-vision'

/** Published CIFAR-10 weights, small to large. */
export const TEACHERS = [
  { id: 'resnet20', file: 'resnet20-12fca82f.th' },
  { id: 'resnet32', file: 'resnet32-d509ac18.th' },
  { id: 'resnet44', file: 'resnet44-014dd654.th' },
  { id: 'resnet56', file: 'resnet56-4bfd9763.th' },
] as const

const BATCH = 250

/** Logits of a published teacher on the first `count` test images, `[count][classes]` row-major, as the engine gives them. */
export async function logitsOf(
  { id, file }: (typeof TEACHERS)[number],
  {
    registry,
    engine,
    dataset,
    folder,
    count,
  }: {
    readonly registry: Registry
    readonly engine: Engine
    readonly dataset: Dataset
    readonly folder: string
    readonly count: number
  },
): Promise<Float32Array> {
  const path = join(folder, 'weights', file)
  const { definition, model } = await loadModel(registry, { id, options: {} }, path, dataset)
  const tapped = tapModel(model, [], definition.taps, id)
  const normaliser = createNormaliser(NORMALISATIONS.imagenet)
  const step = engine.compile(
    (inputs: Readonly<Record<string, tf.Tensor>>) => ({
      logits: tapped.apply(normaliser.apply(inputs.images!), false).logits,
    }),
    { name: `logits of ${id}` },
  )
  const size = dataset.shape.reduce((a, b) => a * b, 1)
  const all = new Float32Array(count * dataset.classes.length)
  for (let from = 0; from < count; from += BATCH) {
    const images = tf.tensor(
      dataset.test.images.slice(from * size, (from + BATCH) * size),
      [BATCH, ...dataset.shape],
      'int32',
    )
    const { logits } = step.run({ images })
    all.set(logits!.dataSync(), from * dataset.classes.length)
    tf.dispose([images, logits!])
  }
  step.dispose()
  normaliser.dispose()
  model.dispose()
  return all
}
