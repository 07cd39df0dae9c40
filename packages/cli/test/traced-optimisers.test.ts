import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Engine } from '@umbra/core'
import { eagerEngine } from '@umbra/core/testing'
import {
  assemble,
  createCheckpointStore,
  createHookRunner,
  crossEntropyObjective,
  recipeSchema,
  trainCohort,
} from '@umbra/core/trainer'
import { createEngine, listEngines } from '@umbra/engine'
import { tinyModel, toyImages } from '@umbra/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PLUGINS } from './first-party.js'

const here = listEngines().length > 0
const title = here ? '' : ' (skipped: no tensorflow engine; run "umbra engine install")'
const registry = assemble(PLUGINS)
const optimisers = registry.list('optimiser').map(({ definition }) => definition.id)

describe.skipIf(!here)(`optimisers on the tensorflow engine${title}`, () => {
  let engine: Engine
  let folder = ''
  beforeAll(async () => {
    engine = await createEngine('tensorflow')
    folder = mkdtempSync(join(tmpdir(), 'umbra-traced-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** Weights after two epochs of five steps. */
  async function trained(kind: string, by: Engine): Promise<number[]> {
    const model = tinyModel({ inputShape: [6, 6, 1], classes: 3, filters: 3, batchNorm: false, seed: 5 })
    const { arms } = await trainCohort({
      ...{ stage: 'toy', title: 'toy', engine: by, hooks: createHookRunner([]), recipes: registry.recipes },
      data: { train: toyImages(50), test: toyImages(20, 2), shape: [6, 6, 1], classes: 3 },
      teachers: [],
      arms: [{ id: 'ce', method: 'ce', seed: 5, model, aliases: {}, objective: crossEntropyObjective() }],
      studentNormalisation: { scale: 255, mean: [0.3], std: [0.3] },
      recipe: recipeSchema.parse({ epochs: 2, batch: 10, optimiser: { kind } }),
      seed: 3,
      checkpoints: (arm) => createCheckpointStore(join(mkdtempSync(join(folder, 'run-')), arm)),
      signal: new AbortController().signal,
      listen: () => undefined,
      now: () => performance.now(),
    })
    return [...arms[0]!.weights.values()].flatMap(({ data }) => [...data])
  }

  it.each(optimisers)('%s moves a student traced as it does op by op', async (kind) => {
    const eager = await trained(kind, eagerEngine())
    const traced = await trained(kind, engine)
    expect(traced).toHaveLength(eager.length)
    traced.forEach((value, i) => expect(value).toBeCloseTo(eager[i]!, 4))
  })
})
