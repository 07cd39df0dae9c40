import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { vision } from '@umbra/plugin-vision'
import { type FormatDefinition, type ForeignTensor, defineModel, definePlugin, tf, z } from '@umbra/core'
import { assemble, loadModel } from '@umbra/core/trainer'
import { tinyModel, useCpuBackend } from '@umbra/testing'
import { checkError } from './check-error.js'
import { type CaseOutcome, FuzzFailure, type FuzzTarget } from './target.js'
import { type WeightCase, weightCase } from './weights/weight-case.js'

const tiny = definePlugin({
  name: 'fuzzed',
  version: '1.0.0',
  contract: 1,
  provides: [
    defineModel({
      id: 'tiny',
      summary: 'A convolution and a classifier.',
      options: z.strictObject({}),
      taps: {},
      build: () => tinyModel({ inputShape: [4, 4, 1], classes: 2, filters: 2, seed: 1 }),
    }),
  ],
})
const registry = assemble([vision, tiny])
const dataset = { shape: [4, 4, 1], classes: ['a', 'b'] } as const

/** Weight files: valid ones give their values, and of all others nothing is executed and one error comes out. */
export const weights: FuzzTarget = {
  name: 'weights',
  prepare: useCpuBackend,
  run: async (random, folder) => {
    const made = weightCase(random)
    const file = join(folder, `case${made.ending}`)
    writeFileSync(file, made.bytes)
    const outcome = await readCase(made, file)
    await loadCase(made.kind, file)
    return outcome
  },
}

/** Reads with the format that the contents show, as loading does. */
async function readCase({ kind, bytes, expected, mustRead }: WeightCase, file: string): Promise<CaseOutcome> {
  const formats: readonly FormatDefinition[] = registry.list('format').map(({ definition }) => definition)
  const format = formats.find((each) => each.recognises?.(bytes.subarray(0, 512)))
  try {
    const tensors = (await format?.read(file)) ?? []
    if (mustRead && format === undefined) throw new FuzzFailure(`${kind}: not recognised`)
    if (expected !== undefined && format !== undefined) compare(tensors, expected, kind)
    return { kind, outcome: format === undefined ? 'refused' : 'read' }
  } catch (error) {
    if (error instanceof FuzzFailure) throw error
    const message = checkError(error, kind)
    if (mustRead) throw new FuzzFailure(`${kind}: a valid file was refused: ${message}`)
    return { kind, outcome: 'refused', message }
  }
}

function compare(
  tensors: readonly ForeignTensor[],
  expected: ReadonlyMap<string, readonly number[]>,
  kind: string,
): void {
  const names = tensors.map(({ name }) => name).sort()
  if (names.join() !== [...expected.keys()].sort().join())
    throw new FuzzFailure(`${kind}: tensors ${names.join()} instead of ${[...expected.keys()].join()}`)
  for (const { name, data } of tensors) {
    const values = expected.get(name) ?? []
    if (data.length !== values.length || values.some((value, i) => !Object.is(value, data[i])))
      throw new FuzzFailure(`${kind}: tensor ${name} is ${data.join()} instead of ${values.join()}`)
  }
}

/** The whole way into a model, which nothing here fits. */
async function loadCase(kind: string, file: string): Promise<void> {
  const before = tf.memory().numTensors
  try {
    const { model } = await loadModel(registry, { id: 'tiny', options: {} }, file, dataset)
    model.dispose()
  } catch (error) {
    checkError(error, kind)
  }
  if (tf.memory().numTensors !== before) throw new FuzzFailure(`${kind}: tensors are left behind`)
}
