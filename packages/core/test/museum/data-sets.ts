import { z } from 'zod'
import { type Dataset, type DatasetDefinition, defineDataset } from '../../src/contracts/dataset.js'
import type { CheckName } from '../../src/testing/conformance/verdict.js'

const set = (count: number, seed: number) => ({
  images: Uint8Array.from({ length: count * 16 }, (_, i) => Math.imul(i + 1000 * seed, 2654435761) >>> 24),
  labels: Int32Array.from({ length: count }, (_, i) => i % 3),
  count,
})

/** Nine training and six test images of 4x4 pixels. */
export const soundData = (): Dataset => ({
  ...{ id: 'toy', shape: [4, 4, 1], classes: ['a', 'b', 'c'], train: set(9, 1), test: set(6, 2) },
  ...{ normalisation: { scale: 255, mean: [0.5], std: [0.3] }, sources: [] },
})

export const dataSet = (id: string, load: () => Dataset, options = z.strictObject({})): DatasetDefinition =>
  defineDataset({ id, summary: id, options, load: () => Promise.resolve(load()) })

const shared = soundData()
let loads = 0

/** Known bugs of data sets, each with the check that must find it. */
export const WRONG_DATA: readonly (readonly [CheckName, RegExp, () => DatasetDefinition])[] = [
  ['options', /Use z\.strictObject/, () => ({ ...dataSet('loose', soundData), options: z.object({}) })],
  [
    'sound',
    /expected 0 to 2.*received 3/,
    () =>
      dataSet('counts-from-one', () => {
        const data = soundData()
        return { ...data, train: { ...data.train, labels: data.train.labels.map((label) => label + 1) } }
      }),
  ],
  [
    'repeatable',
    /the train images are not/,
    () => dataSet('shuffles-by-chance', () => ({ ...soundData(), train: set(9, (loads += 1)) })),
  ],
  [
    'unchanged',
    /the train images have changed/,
    () =>
      dataSet('reuses-its-buffer', () => {
        // Filled anew by the next load, and normalised in place a moment later.
        setTimeout(() => shared.train.images.reverse(), 1)
        shared.train.images.set(soundData().train.images)
        return { ...soundData(), train: shared.train }
      }),
  ],
  [
    'apart',
    /share memory/,
    () =>
      dataSet('tests-on-training-images', () => {
        const data = soundData()
        const { images, labels } = data.train
        return { ...data, test: { images: images.subarray(0, 96), labels: labels.slice(0, 6), count: 6 } }
      }),
  ],
]
