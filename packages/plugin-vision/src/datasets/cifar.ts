import type { DatasetDefinition } from '@umbra/core'
import { NORMALISATIONS } from '../normalisations.js'
import { type cifarOptions, cifarDataset } from './cifar-dataset.js'
import { CIFAR10_CLASSES, CIFAR100_CLASSES } from './class-names.js'

/** `cifar10`: 32x32 colour images of 10 classes (Krizhevsky, 2009), read from a folder. */
export const cifar10: DatasetDefinition<typeof cifarOptions> = cifarDataset({
  id: 'cifar10',
  title: 'CIFAR-10',
  classes: CIFAR10_CLASSES,
  labelBytes: 1,
  labelAt: 0,
  normalisation: NORMALISATIONS.cifar10,
  train: [
    [1, 2, 3, 4, 5].map((part) => ({ name: `data_batch_${part}`, records: 10_000 })),
    [{ name: 'train-20k', records: 20_000, published: true }],
    [{ name: 'train' }],
  ],
  test: [[{ name: 'test_batch', records: 10_000, published: true }], [{ name: 'test' }]],
})

/** `cifar100`: 32x32 colour images of 100 classes (Krizhevsky, 2009), read from a folder; labels are the fine ones. */
export const cifar100: DatasetDefinition<typeof cifarOptions> = cifarDataset({
  id: 'cifar100',
  title: 'CIFAR-100',
  classes: CIFAR100_CLASSES,
  labelBytes: 2,
  labelAt: 1,
  normalisation: NORMALISATIONS.cifar100,
  train: [[{ name: 'train', records: 50_000, published: true }]],
  test: [[{ name: 'test', records: 10_000, published: true }]],
})
