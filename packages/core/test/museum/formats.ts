import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { decodeSafetensors } from '../../src/checkpoint/safetensors.js'
import { type FormatDefinition, defineFormat } from '../../src/contracts/format.js'
import type { ForeignTensor } from '../../src/contracts/model.js'
import { UmbraError } from '../../src/errors/umbra-error.js'
import type { CheckName } from '../../src/testing/conformance/verdict.js'

const bytesOf = async (path: string): Promise<Buffer> =>
  readFile(path).catch((cause: unknown) => {
    throw new UmbraError('UMBRA_FILE_MISSING', { subject: path, received: 'no such file', cause })
  })

const tensorsOf = (bytes: Buffer, path: string): ForeignTensor[] =>
  [...decodeSafetensors(bytes, path)].map(([name, { shape, data }]) => ({
    ...{ name, shape, data: Float32Array.from(data) },
  }))

const format = (id: string, read: FormatDefinition['read']): FormatDefinition =>
  defineFormat({ id, summary: id, options: z.strictObject({}), extensions: ['.weights'], read })

export const soundFormat: FormatDefinition = format('sound', async (path) =>
  tensorsOf(await bytesOf(path), path),
)

const isText = (bytes: Buffer): boolean =>
  bytes.length > 0 && bytes.every((byte) => byte === 10 || (byte >= 32 && byte < 127))

/** Known bugs of readers of weights, each with the check that must find it. */
export const WRONG_FORMATS: readonly (readonly [CheckName, RegExp, FormatDefinition])[] = [
  [
    'known',
    /"kernel" of .* is \[2, 3\]; \[3, 2\] was read/,
    format('transposes', async (path) =>
      tensorsOf(await bytesOf(path), path).map((tensor) => ({ ...tensor, shape: tensor.shape.toReversed() })),
    ),
  ],
  [
    'known',
    /Values of "kernel"/,
    format('drops-the-sign', async (path) =>
      tensorsOf(await bytesOf(path), path).map((tensor) => ({ ...tensor, data: tensor.data.map(Math.abs) })),
    ),
  ],
  [
    'known',
    /holds 2 arrays; 1 were read/,
    format('takes-the-first', async (path) => tensorsOf(await bytesOf(path), path).slice(0, 1)),
  ],
  [
    'missing',
    /ended with Error: ENOENT/,
    format('lets-through', async (path) => tensorsOf(await readFile(path), path)),
  ],
  [
    'truncated',
    /cut to .* it was read/,
    format('pads', async (path) => {
      const bytes = await bytesOf(path)
      // The known file has 112 bytes or so; garbage is longer or shorter.
      return bytes.length > 64 && bytes.length < 200 && bytes[8] === 123
        ? pad(bytes, path)
        : tensorsOf(bytes, path)
    }),
  ],
  [
    'garbage',
    /A file of text must be refused with an UmbraError; it was read/,
    format('reads-anything', async (path) => {
      const bytes = await bytesOf(path)
      return isText(bytes) ? [] : tensorsOf(bytes, path)
    }),
  ],
]

/** What a reader that trusts the header makes of a file that is too short. */
function pad(bytes: Buffer, path: string): ForeignTensor[] {
  try {
    return tensorsOf(bytes, path)
  } catch (error) {
    const header = bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE())).toString()
    if (!header.trimEnd().endsWith('}}')) throw error
    const sizes = [...header.matchAll(/"data_offsets":\[\d+,(\d+)\]/g)].map(([, end]) => Number(end))
    const whole = Buffer.alloc(8 + Number(bytes.readBigUInt64LE()) + Math.max(0, ...sizes))
    bytes.copy(whole)
    return tensorsOf(whole, path)
  }
}
