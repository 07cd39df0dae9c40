// Tensors and process memory over many steps of a KD cohort: pnpm build && node bench/memory.mjs [engine] [steps]
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assemble, buildModel, createCheckpointStore, recipeSchema, trainCohort } from '@umbra/core/trainer'
import { tf } from '@umbra/core'
import { createEngine } from '@umbra/engine'
import { softening } from '@umbra/plugin-softening'
import { vision } from '@umbra/plugin-vision'

const [engineId = 'tensorflow', steps = '1000', compile = 'true'] = process.argv.slice(2)
const engine = await createEngine(engineId, { compile: compile === 'true' })
const registry = assemble([softening, vision])
const data = { shape: [32, 32, 3], classes: Array.from({ length: 100 }, (_, i) => String(i)) }
const images = (count) => ({
  images: Uint8Array.from({ length: count * 3072 }, (_, i) => (i * 2654435761) >>> 24),
  labels: Int32Array.from({ length: count }, (_, i) => i % 100),
  count,
})
const normalisation = { scale: 255, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] }
const build = (id, seed) => buildModel(registry, { id, options: {} }, data, seed)
const method = registry.get('method', 'kd')
const { model, definition } = build('resnet8', 1)
const folder = mkdtempSync(join(tmpdir(), 'umbra-memory-'))
const mark = Math.max(1, Math.floor(Number(steps) / 10))
let next = mark
console.log(`${engine.info.id}: ${engine.info.detail}; ResNet-14 to ResNet-8, batch 16`)
await trainCohort({
  stage: 'memory',
  title: 'memory',
  engine,
  hooks: registry.hooks,
  data: { train: images(16 * Number(steps)), test: images(1), shape: data.shape, classes: 100 },
  teachers: [{ label: 'resnet14', model: build('resnet14', 2).model, aliases: {}, normalisation }],
  arms: [
    {
      id: 'kd',
      method: 'kd',
      seed: 1,
      model,
      aliases: definition.taps,
      objective: method.objective(registry.parse(method, {}), registry.parts),
    },
  ],
  studentNormalisation: normalisation,
  recipe: recipeSchema.parse({ epochs: 1, batch: 16, checkpointEvery: mark }),
  seed: 1,
  checkpoints: (arm) => createCheckpointStore(join(folder, arm)),
  resume: false,
  signal: new AbortController().signal,
  listen: (event) => {
    if (event.type !== 'checkpoint' || event.step < next) return
    next = event.step + mark
    const { rss } = process.memoryUsage()
    console.log(`step ${event.step}: ${tf.memory().numTensors} tensors, ${(rss / 2 ** 20).toFixed(0)} MiB`)
  },
  now: () => performance.now(),
})
rmSync(folder, { recursive: true, force: true })
