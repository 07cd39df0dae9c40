import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { encodeSafetensors } from '@umbra/core/files'
import { assertAllConform } from '@umbra/core/testing'
import { useCpuBackend } from '@umbra/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { vision } from './plugin.js'

const tensors = [
  { name: 'kernel', shape: [2, 3], data: Float32Array.of(1, -2, 3, 4, 5, 6) },
  { name: 'bias', shape: [3], data: Float32Array.of(0.5, 0, 1) },
]
/** What `test/fixtures/make-fixtures.py` puts into an archive: views of the numbers 1 to 6. */
const VIEWS = [
  { name: 'conv.weight', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
  { name: 'transposed', shape: [3, 2], data: Float32Array.of(1, 4, 2, 5, 3, 6) },
  { name: 'tail', shape: [2], data: Float32Array.of(5, 6) },
  { name: 'scalar', shape: [], data: Float32Array.of(6) },
  { name: 'parameter', shape: [1, 3], data: Float32Array.of(4, 5, 6) },
]
const views = fileURLToPath(new URL('../test/fixtures/protocol4.pt', import.meta.url))

let folder = ''
beforeAll(async () => {
  await useCpuBackend()
  folder = await mkdtemp(join(tmpdir(), 'umbra-vision-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it.each(['dataset/digits', 'model/cnn', 'model/resnet8'])('%s keeps the laws of its kind', async (only) => {
  const verdicts = await assertAllConform(vision, { only })
  expect(verdicts.map(({ status }) => status)).not.toContain('not applicable')
})

it('readers of weights keep the laws of formats', async () => {
  const path = join(folder, 'known.safetensors')
  const stored = new Map(tensors.map(({ name, ...rest }) => [name, { dtype: 'float32' as const, ...rest }]))
  await writeFile(path, encodeSafetensors(stored))
  await assertAllConform(vision, { only: 'format/safetensors', files: { safetensors: [{ path, tensors }] } })
  await assertAllConform(vision, {
    only: 'format/pytorch',
    // Names as they stand in the file: which beginning is left out is decided against a model.
    files: {
      pytorch: [{ path: views, tensors: VIEWS.map((view) => ({ ...view, name: `model.${view.name}` })) }],
    },
  })
})
