import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assemble, buildModel, createCheckpointStore, recipeSchema, trainCohort } from '@umbra/core/trainer'
import type { Engine } from '@umbra/core'
import { type EngineOptions, createEngine, listEngines } from '@umbra/engine'
import { baselines } from '@umbra/plugin-baselines'
import { softening } from '@umbra/plugin-softening'
import { vision } from '@umbra/plugin-vision'
import { describe, expect, it } from 'vitest'

const BATCH = 16
const METHODS = ['ce', 'kd', 'ats']
const registry = assemble([baselines, softening, vision])
const data = { shape: [32, 32, 3], classes: Array.from({ length: 10 }, (_, i) => String(i)) } as const
const images = {
  images: Uint8Array.from({ length: BATCH * 3072 }, (_, i) => (Math.imul(i, 2654435761) >>> 24) % 256),
  labels: Int32Array.from({ length: BATCH }, (_, i) => i % 10),
  count: BATCH,
}
const normalisation = { scale: 255, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] }

/** Losses of each step: the training set is one batch, so that an epoch is a step. */
async function losses(engine: Engine, steps: number, lr: number): Promise<Record<string, number[]>> {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-agree-'))
  const arms = METHODS.map((id) => {
    const method = registry.get('method', id)
    const { model, definition } = buildModel(registry, { id: 'resnet8', options: {} }, data, 1)
    const objective = method.objective(registry.parse(method, {}), registry.parts)
    return { id, method: id, seed: 1, model, aliases: definition.taps, objective }
  })
  const teacher = buildModel(registry, { id: 'resnet14', options: {} }, data, 2).model
  const { arms: outcomes } = await trainCohort({
    stage: 'agree',
    title: 'agree',
    engine,
    hooks: registry.hooks,
    data: { train: images, test: images, shape: data.shape, classes: 10 },
    teachers: [{ label: 'resnet14', model: teacher, aliases: {}, normalisation }],
    arms,
    studentNormalisation: normalisation,
    recipe: recipeSchema.parse({
      epochs: steps,
      batch: BATCH,
      optimiser: { kind: 'sgd', lr },
      augment: { crop: 4, flip: true },
      evaluateEvery: steps,
    }),
    seed: 1,
    checkpoints: (arm) => createCheckpointStore(join(folder, arm)),
    signal: new AbortController().signal,
    listen: () => undefined,
    now: () => performance.now(),
  })
  teacher.dispose()
  return Object.fromEntries(outcomes.map(({ id, history }) => [id, history.map(({ train }) => train.loss)]))
}

const run = async (id: 'tensorflow' | 'wasm', steps: number, lr: number, options: EngineOptions = {}) =>
  losses(await createEngine(id, options), steps, lr)

function largestDifference(a: Record<string, number[]>, b: Record<string, number[]>): number {
  const differences = METHODS.flatMap((id) =>
    a[id]!.map((loss, i) => Math.abs(loss - b[id]![i]!) / Math.abs(loss)),
  )
  return Math.max(...differences)
}

const installed = listEngines().length > 0
const reason = installed ? '' : ' (skipped: the tensorflow engine is not installed)'

describe.skipIf(!installed)(`ce, kd and ats on two engines${reason}`, () => {
  it('wasm follows tensorflow over ten steps to 1e-3', async () => {
    const [tensorflow, wasm] = [await run('tensorflow', 10, 0.05), await run('wasm', 10, 0.05)]
    expect(Object.keys(tensorflow)).toEqual(METHODS)
    for (const id of METHODS) expect(tensorflow[id]).toHaveLength(10)
    // They learn, so that agreement is not that of standing still.
    expect(tensorflow.ce![9]).toBeLessThan(0.97 * tensorflow.ce![0]!)
    expect(largestDifference(tensorflow, wasm)).toBeLessThan(1e-3)
  })

  it('traced steps give the same bits at every run', async () => {
    expect(await run('tensorflow', 6, 0.05)).toEqual(await run('tensorflow', 6, 0.05))
  })

  it('a traced step follows the same step run operation by operation, over three steps to 1e-5', async () => {
    const traced = await run('tensorflow', 3, 1e-3)
    const eager = await run('tensorflow', 3, 1e-3, { compile: false })
    expect(largestDifference(traced, eager)).toBeLessThan(1e-5)
  })
})
