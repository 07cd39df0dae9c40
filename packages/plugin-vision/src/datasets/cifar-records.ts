import { type ImageSet, UmbraError } from '@umbra/core'
import { CIFAR_PIXELS, type CifarLayout, recordBytes } from './cifar-layout.js'
import type { FoundFile } from './find-cifar-files.js'

const PLANE = CIFAR_PIXELS / 3

/**
 * Checks that a file has whole records with labels in range.
 *
 * Throws UMBRA_FILE_CORRUPT for a truncated file or one of another data set.
 */
export function checkRecords(bytes: Uint8Array, { spec, shown }: FoundFile, layout: CifarLayout): void {
  const record = recordBytes(layout)
  const remedy = `Fetch it again: it is truncated, or not a file of ${layout.title}`
  const fail = (expected: string, received: string): never => {
    throw new UmbraError('UMBRA_FILE_CORRUPT', { subject: `data file ${shown}`, expected, received, remedy })
  }
  const records = spec.records === undefined ? 'records' : `${spec.records} records`
  const size = `${records} of ${record} bytes${spec.records === undefined ? '' : ` (${spec.records * record} bytes)`}`
  const count = bytes.length / record
  if (!Number.isInteger(count) || count === 0 || count !== (spec.records ?? count))
    fail(size, `${bytes.length} bytes${Number.isInteger(count) ? `, ${count} records` : ''}`)
  // The file has `count` whole records.
  for (let i = 0; i < count; i++) {
    const label = bytes[i * record + layout.labelAt]!
    if (label >= layout.classes.length)
      fail(`labels 0 to ${layout.classes.length - 1}`, `label ${label} in record ${i}`)
  }
}

/** Images `[count, 32, 32, 3]` and labels of checked files, in their order. */
export function joinRecords(files: readonly Uint8Array[], layout: CifarLayout): ImageSet {
  const record = recordBytes(layout)
  const count = files.reduce((sum, bytes) => sum + bytes.length / record, 0)
  const images = new Uint8Array(count * CIFAR_PIXELS)
  const labels = new Int32Array(count)
  let image = 0
  // Checked files have whole records: `at` starts one of them.
  for (const bytes of files)
    for (let at = 0; at < bytes.length; at += record, image++) {
      labels[image] = bytes[at + layout.labelAt]!
      interleave(bytes, at + layout.labelBytes, images, image * CIFAR_PIXELS)
    }
  return { images, labels, count }
}

/** Red, green and blue planes to pixels. Both arrays have room for an image after their start. */
function interleave(from: Uint8Array, start: number, to: Uint8Array, at: number): void {
  for (let pixel = 0; pixel < PLANE; pixel++) {
    to[at + 3 * pixel] = from[start + pixel]!
    to[at + 3 * pixel + 1] = from[start + PLANE + pixel]!
    to[at + 3 * pixel + 2] = from[start + 2 * PLANE + pixel]!
  }
}
