import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Dataset, namedWeights } from '@umbra/core'
import { eagerEngine } from '@umbra/core/testing'
import { type StoredTensor, encodeSafetensors } from '@umbra/core/files'
import { type Registry, assemble, buildModel } from '@umbra/core/trainer'
import { createIdentities, createOperations, hashDataset, identifyTeachers } from '@umbra/experiment'
import { vision } from '@umbra/plugin-vision'
import { legacyTorchFile, torchFile, torchTensor, toyImages, useCpuBackend } from '@umbra/testing'
import { beforeAll, expect, it } from 'vitest'
import { folderWith } from './workspace.js'

beforeAll(useCpuBackend)

const registry: Registry = assemble([vision])

/** The identity of a teacher whose weights are in a file. */
async function identityOf(
  file: string,
  id: string,
  options: Readonly<Record<string, unknown>>,
): Promise<string> {
  const dataset: Dataset = {
    ...{ id: 'toy', shape: [32, 32, 3], classes: Array.from('abcdefghij') },
    ...{ train: toyImages(4), test: toyImages(4), sources: [] },
    normalisation: { scale: 255, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
  }
  const identities = createIdentities(registry, dataset)
  const operations = createOperations({ registry, dataset, identities })
  const basis = { registry, dataset, identities, operations, engine: eagerEngine(), ...hashDataset(dataset) }
  const [teacher] = await identifyTeachers([{ model: { id, options }, weights: file }], {
    ...basis,
    baseDir: '/',
  })
  return teacher!.hash
}

const cnn = { id: 'cnn', options: { width: 2 } }

/** Weights of a small network by name, from a seed. */
function weights(seed: number): Map<string, StoredTensor> {
  const { model } = buildModel(registry, cnn, { shape: [32, 32, 3], classes: Array.from('abcdefghij') }, seed)
  const tensors = [...namedWeights(model)].map(([name, weight]) => {
    const value = weight.read()
    return [
      name,
      { dtype: 'float32', shape: value.shape, data: Float32Array.from(value.dataSync()) },
    ] as const
  })
  model.dispose()
  return new Map(tensors)
}

/** The same weights in every format, each at a place of its own. */
function written(tensors: ReadonlyMap<string, StoredTensor>): string[] {
  const folder = folderWith()
  const views = Object.fromEntries(
    [...tensors].map(([name, { shape, data }], i) => [
      name,
      torchTensor({ key: String(i), length: data.length, shape }),
    ]),
  )
  const bytes = [...tensors.values()].map(({ data }, i) => [
    String(i),
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  ])
  const storages = Object.fromEntries(bytes) as Readonly<Record<string, Uint8Array>>
  const old = Object.fromEntries(
    Object.entries(storages).map(([key, data]) => [key, { data, length: data.length / 4 }]),
  )
  const files: readonly (readonly [string, Uint8Array])[] = [
    ['student.safetensors', encodeSafetensors(tensors)],
    ['again/other.safetensors', encodeSafetensors(new Map([...tensors].reverse()))],
    ['zip.pt', torchFile(views, storages)],
    ['checkpoint.pth.tar', torchFile({ epoch: 3, state_dict: views }, storages)],
    ['legacy.th', legacyTorchFile(views, old)],
  ]
  mkdirSync(join(folder, 'again'))
  return files.map(([name, content]) => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  })
}

it('a teacher is its weights, whatever the format, the place and the order of its file', async () => {
  const [files, others] = [written(weights(1)), written(weights(2))]
  const identities = await Promise.all(files.map((file) => identityOf(file, cnn.id, cnn.options)))
  expect(identities).toEqual(identities.map(() => identities[0]))
  expect(await identityOf(others[0]!, cnn.id, cnn.options)).not.toBe(identities[0])
})

const shared = fileURLToPath(new URL('../../../../shared/cases/weights/', import.meta.url))
const WRAPPED = [
  'plain.pt',
  'compiled.pt',
  'net-prefix.pt',
  'lightning.ckpt',
  'best.pth.tar',
  'pytorch_model.bin',
  'averaged-only.pt',
  'with-u8-and-bool.safetensors',
]
const here = WRAPPED.every((name) => existsSync(shared + name))

it.runIf(here)(
  `so are those that PyTorch wrote, in every wrapping${here ? '' : ' (skipped: needs the folder shared/cases/weights)'}`,
  async () => {
    const identities = await Promise.all(
      WRAPPED.map((name) => identityOf(shared + name, 'resnet8', { shortcut: 'projection' })),
    )
    expect(new Set(identities).size).toBe(1)
  },
)
