import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { type ImageSet, UmbraError, defineDataset, z } from '@umbra/core'
import { NORMALISATIONS } from '../normalisations.js'
import { sha256Of } from '@umbra/core/files'

const FILE = new URL('../../data/digits.bin.gz', import.meta.url)
const COUNT = 1797
const PIXELS = 64
const CHECKSUM = 'd8121ca7764eccfaef1df6bc4589c6527c58fcbab0cb1b079e79f97f8cb8219a'
/** Every fourth image is for testing. */
const EVERY = 4

/**
 * `digits`: 1,797 handwritten digits of 8x8 pixels with values 0 to 16, shipped with this package.
 *
 * They are the test part of the UCI set. Of the images in order of class (and of the file within a class), the first
 * and every fourth after it are for testing: 450, about a quarter of each class; the other 1,347 are for training. Both
 * parts contain digits of the same 13 writers.
 */
export const digits = defineDataset({
  id: 'digits',
  summary: 'Handwritten digits, 1,797 images of 8x8 pixels, shipped with Umbra.',
  options: z.strictObject({}),
  load: async () => {
    const records = gunzipSync(await readFile(FILE), { maxOutputLength: COUNT * (PIXELS + 1) })
    const checksum = sha256Of(records)
    if (checksum !== CHECKSUM)
      throw new UmbraError('UMBRA_DATA_CHECKSUM', {
        subject: 'data file digits.bin.gz of @umbra/plugin-vision',
        expected: `sha256 ${CHECKSUM}`,
        received: checksum,
        remedy: 'Install the package again',
      })
    const { train, test } = split(records)
    return {
      id: 'digits',
      shape: [8, 8, 1],
      classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
      train: pick(records, train),
      test: pick(records, test),
      normalisation: NORMALISATIONS.digits,
      sources: [{ file: 'digits.bin.gz', sha256: checksum, known: true }],
      credit:
        'Optical Recognition of Handwritten Digits: E. Alpaydin, C. Kaynak, UCI Machine Learning Repository, ' +
        'https://doi.org/10.24432/C50P49, CC BY 4.0.',
    }
  },
})

/** The checksum has fixed the number of records; an index is below it. */
const labelOf = (records: Uint8Array, index: number): number => records[index * (PIXELS + 1)]!

function split(records: Uint8Array): { readonly train: number[]; readonly test: number[] } {
  const all = Array.from({ length: COUNT }, (_, index) => index)
  const byClass = all.toSorted((a, b) => labelOf(records, a) - labelOf(records, b) || a - b)
  const test = new Set(byClass.filter((_, position) => position % EVERY === 0))
  return { train: all.filter((index) => !test.has(index)), test: all.filter((index) => test.has(index)) }
}

function pick(records: Uint8Array, indices: readonly number[]): ImageSet {
  const images = new Uint8Array(indices.length * PIXELS)
  for (const [row, index] of indices.entries()) {
    const at = index * (PIXELS + 1) + 1
    images.set(records.subarray(at, at + PIXELS), row * PIXELS)
  }
  return {
    images,
    labels: Int32Array.from(indices, (index) => labelOf(records, index)),
    count: indices.length,
  }
}
