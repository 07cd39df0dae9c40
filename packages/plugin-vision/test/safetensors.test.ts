import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeSafetensors } from '@umbra/core/files'
import { afterAll, expect, it } from 'vitest'
import { pytorch, safetensors } from '../src/index.js'

const folder = mkdtempSync(join(tmpdir(), 'umbra-safetensors-'))
const path = join(folder, 'weights.safetensors')
afterAll(() => rmSync(folder, { recursive: true }))

const bytes = encodeSafetensors(
  new Map([
    ['logits/kernel', { dtype: 'float32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }],
    ['step', { dtype: 'int32', shape: [1], data: Int32Array.of(7) }],
  ]),
)

it('reads the floating-point arrays by name', async () => {
  writeFileSync(path, bytes)
  expect(await safetensors.read(path)).toEqual([
    { name: 'logits/kernel', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
  ])
})

it('names a file that is truncated or missing', async () => {
  writeFileSync(path, bytes.subarray(0, bytes.length - 1))
  await expect(safetensors.read(path)).rejects.toMatchObject({ code: 'UMBRA_FILE_CORRUPT' })
  await expect(safetensors.read(join(folder, 'none.safetensors'))).rejects.toMatchObject({
    code: 'UMBRA_FILE_MISSING',
  })
})

it.each([128, 640])(
  'is told from a pickle, also with a header of %i bytes, which begins like one',
  (length) => {
    const file = encodeSafetensors(new Map(), { note: 'x'.repeat(length - 35) })
    expect(file[0]).toBe(0x80)
    expect([safetensors, pytorch].map((format) => format.recognises?.(file))).toEqual([true, false])
  },
)
