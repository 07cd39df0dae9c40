import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Dataset } from '@umbra/core'
import { assemble, createEvaluator, limitSet, loadModel, tapModel } from '@umbra/core/trainer'
import { createEngine, listEngines } from '@umbra/engine'
import { NORMALISATIONS, cifar10, cifar100, vision } from '../src/index.js'
import { dataFolder, hasData, needsData } from './large-data.js'

const hasEngine = listEngines().length > 0
/** What a test's title says when it cannot run. */
export const needs =
  needsData || (hasEngine ? '' : ' (skipped: needs the tensorflow engine, `umbra engine install`)')
export const runs = hasData && hasEngine

const { imagenet } = NORMALISATIONS

/** Weights with the published accuracy in percent, and how many of 1000 test images, a share of each class, they get right. */
export const published = [
  {
    set: 'cifar10',
    id: 'resnet20',
    file: 'resnet20-12fca82f.th',
    percent: '91.73',
    right: 918,
    normalisation: imagenet,
  },
  {
    set: 'cifar10',
    id: 'resnet32',
    file: 'resnet32-d509ac18.th',
    percent: '92.63',
    right: 927,
    normalisation: imagenet,
  },
  {
    set: 'cifar10',
    id: 'resnet44',
    file: 'resnet44-014dd654.th',
    percent: '93.10',
    right: 935,
    normalisation: imagenet,
  },
  {
    set: 'cifar10',
    id: 'resnet56',
    file: 'resnet56-4bfd9763.th',
    percent: '93.39',
    right: 928,
    normalisation: imagenet,
  },
  {
    set: 'cifar100',
    id: 'resnet56',
    file: 'cifar100_resnet56-f2eff4c8.pt',
    percent: '72.63',
    right: 703,
    normalisation: NORMALISATIONS.cifar100,
  },
] as const

/** Both data sets from the large data. */
export async function loadPublishedImages(): Promise<Readonly<Record<'cifar10' | 'cifar100', Dataset>>> {
  const cacheDir = mkdtempSync(join(tmpdir(), 'umbra-vision-'))
  const context = { baseDir: dataFolder, cacheDir, notice: () => undefined }
  try {
    return {
      cifar10: await cifar10.load({ path: 'cifar-10-binary' }, context),
      cifar100: await cifar100.load({ path: 'cifar-100-binary' }, context),
    }
  } finally {
    rmSync(cacheDir, { recursive: true })
  }
}

/** Top-1, a fraction, of published weights on the first `images` test images; without a number on all. */
export async function topOne(
  { id, file, normalisation }: (typeof published)[number],
  dataset: Dataset,
  images?: number,
): Promise<number> {
  const engine = await createEngine('tensorflow')
  const path = join(dataFolder, 'weights', file)
  const { definition, model } = await loadModel(assemble([vision]), { id, options: {} }, path, dataset)
  const tapped = tapModel(model, [], definition.taps, id)
  const evaluator = createEvaluator(tapped, { engine, shape: dataset.shape, normalisation })
  const { top1 } = await evaluator.evaluate(limitSet(dataset.test, images))
  evaluator.dispose()
  model.dispose()
  return top1
}
