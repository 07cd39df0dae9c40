// One measured case of Umbra: waits for a line on stdin, trains a round of steps, prints its milliseconds as JSON.
// The step is that of the product: trainCohort with its batches, augmentation, traced step and metrics.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import {
  assemble,
  buildModel,
  createCheckpointStore,
  createNormaliser,
  recipeSchema,
  tapModel,
  trainCohort,
} from '@umbra/core/trainer'
import { definePlugin, tf } from '@umbra/core'
import { createEngine } from '@umbra/engine'
import { baselines } from '@umbra/plugin-baselines'
import { softening } from '@umbra/plugin-softening'
import { vision } from '@umbra/plugin-vision'

const {
  teacher,
  student,
  methods,
  batch,
  steps,
  rounds,
  engine: engineId,
  compile,
  kind = 'step',
  teacherPrecision,
} = JSON.parse(process.argv[2])
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`)

const born = performance.timeOrigin
let roundStart = 0
const pause = definePlugin({
  name: 'bench-pause',
  version: '1.0.0',
  core: '*',
  provides: [],
  hooks: {
    epochStart: async () => {
      await lines.next()
      roundStart = performance.now()
    },
  },
})

const engine = await createEngine(engineId, { compile })
const registry = assemble([baselines, softening, vision, pause])
const data = { shape: [32, 32, 3], classes: Array.from({ length: 100 }, (_, i) => String(i)) }
const images = (count) => ({
  images: Uint8Array.from({ length: count * 3072 }, (_, i) => (i * 2654435761) >>> 24),
  labels: Int32Array.from({ length: count }, (_, i) => i % 100),
  count,
})
const normalisation = { scale: 255, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] }
const build = (id, seed) => buildModel(registry, { id, options: {} }, data, seed)
/** A teacher whose batch normalisation is not that of a fresh model, which TensorFlow would optimise away. */
function buildTeacher(id) {
  const { model } = build(id, 2)
  for (const weight of model.weights)
    if (/beta|moving_mean/.test(weight.name))
      weight.write(tf.randomNormal(weight.shape, 0, 0.1, 'float32', 1))
  return model
}
const arms = methods.map(({ id, label, options }) => {
  const method = registry.get('method', id)
  const { model, definition } = build(student, 1)
  const objective = method.objective(registry.parse(method, options ?? {}), registry.parts)
  return { id: label ?? id, method: id, seed: 1, model, aliases: definition.taps, objective }
})
const teachers =
  teacher === undefined ? [] : [{ label: teacher, model: buildTeacher(teacher), aliases: {}, normalisation }]

/** Rounds of only the teacher on one batch of bytes, as in a step. */
async function teacherPasses({ model }) {
  const tapped = tapModel(model, [], {}, 'the teacher')
  const normaliser = createNormaliser(normalisation)
  const pass = engine.compile(
    ({ images: bytes }) => ({
      sum: tf.tidy('teacher "bench"', () => tf.sum(tapped.apply(normaliser.apply(bytes), false).logits)),
    }),
    { name: 'teacher', constants: model.weights.map((weight) => weight.read()), teacherPrecision },
  )
  const bytes = images(batch).images
  while (!(await lines.next()).done) {
    const started = performance.now()
    for (let i = 0; i < steps; i++) {
      const input = tf.tensor(bytes, [batch, ...data.shape], 'int32')
      const { sum } = pass.run({ images: input })
      sum.dataSync()
      tf.dispose([input, sum])
    }
    say({ ms: performance.now() - started })
  }
}
const folder = mkdtempSync(join(tmpdir(), 'umbra-bench-'))
say({ ready: Date.now() - born })
if (kind === 'teacher') {
  await teacherPasses(teachers[0])
  process.exit(0)
}
try {
  await trainCohort({
    stage: 'bench',
    title: 'bench',
    engine,
    hooks: registry.hooks,
    data: { train: images(batch * steps), test: images(1), shape: data.shape, classes: 100 },
    teachers,
    arms,
    studentNormalisation: normalisation,
    ...(teacherPrecision === undefined ? {} : { teacherPrecision }),
    recipe: recipeSchema.parse({
      epochs: rounds,
      batch,
      optimiser: { kind: 'sgd', lr: 0.01, momentum: 0.9, weightDecay: 5e-4 },
      augment: { crop: 4, flip: true },
      evaluateEvery: 1e6,
      checkpointEvery: 1e6,
    }),
    seed: 1,
    checkpoints: (arm) => createCheckpointStore(join(folder, arm)),
    resume: false,
    signal: new AbortController().signal,
    listen: (event) => {
      if (event.type === 'step' && event.step % steps === 0) say({ ms: performance.now() - roundStart })
    },
    now: () => performance.now(),
  })
} finally {
  rmSync(folder, { recursive: true, force: true })
}
// The harness reads the memory of the process before it ends it.
await lines.next()
process.exit(0)
