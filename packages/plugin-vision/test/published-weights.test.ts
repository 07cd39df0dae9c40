import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Dataset, Engine } from '@umbra/core'
import { assemble, createEvaluator, loadModel, tapModel } from '@umbra/core/trainer'
import { createEngine, listEngines } from '@umbra/engine'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NORMALISATIONS, cifar10, cifar100, vision } from '../src/index.js'
import { dataFolder, hasData, needsData } from './large-data.js'

const hasEngine = listEngines().length > 0
const reason =
  needsData || (hasEngine ? '' : ' (skipped: needs the tensorflow engine, `umbra engine install`)')
const runs = hasData && hasEngine

const { imagenet } = NORMALISATIONS
const published = [
  { set: 'cifar10', id: 'resnet20', file: 'resnet20-12fca82f.th', percent: '91.73', normalisation: imagenet },
  { set: 'cifar10', id: 'resnet32', file: 'resnet32-d509ac18.th', percent: '92.63', normalisation: imagenet },
  { set: 'cifar10', id: 'resnet44', file: 'resnet44-014dd654.th', percent: '93.10', normalisation: imagenet },
  { set: 'cifar10', id: 'resnet56', file: 'resnet56-4bfd9763.th', percent: '93.39', normalisation: imagenet },
  {
    set: 'cifar100',
    id: 'resnet56',
    file: 'cifar100_resnet56-f2eff4c8.pt',
    percent: '72.63',
    normalisation: NORMALISATIONS.cifar100,
  },
] as const

describe('published weights', () => {
  const cacheDir = mkdtempSync(join(tmpdir(), 'umbra-vision-'))
  const datasets = new Map<string, Dataset>()
  let engine: Engine

  beforeAll(async () => {
    if (runs) engine = await createEngine('tensorflow')
    if (!hasData) return
    const context = { baseDir: dataFolder, cacheDir, notice: () => undefined }
    datasets.set('cifar10', await cifar10.load({ path: 'cifar-10-binary' }, context))
    datasets.set('cifar100', await cifar100.load({ path: 'cifar-100-binary' }, context))
  })
  afterAll(() => rmSync(cacheDir, { recursive: true }))

  it.skipIf(!hasData)(`run on the published images${needsData}`, () => {
    expect(datasets.size).toBe(2)
    for (const { sources, test, train } of datasets.values()) {
      expect(sources.map(({ known }) => known)).toEqual(sources.map(() => true))
      expect(test.count).toBe(10_000)
      expect(train.count % 10_000).toBe(0)
    }
  })

  it.skipIf(!runs).each(published)(
    `$id from $file is right on $percent % of the $set test images${reason}`,
    async ({ set, id, file, percent, normalisation }) => {
      const dataset = datasets.get(set)!
      const path = join(dataFolder, 'weights', file)
      const { definition, model } = await loadModel(assemble([vision]), { id, options: {} }, path, dataset)
      const tapped = tapModel(model, [], definition.taps, id)
      const evaluator = createEvaluator(tapped, { engine, shape: dataset.shape, normalisation })
      const { top1 } = await evaluator.evaluate(dataset.test)
      evaluator.dispose()
      model.dispose()
      expect(Math.abs(100 * top1 - Number(percent)), `${(100 * top1).toFixed(2)} %`).toBeLessThanOrEqual(0.02)
    },
    600_000,
  )
})
