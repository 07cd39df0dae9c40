import { createHash, type Hash } from 'node:crypto'
import type { Dataset, ImageSet } from '@umbra/core'
import { canonicalJson } from '@umbra/core/files'

/** A data set as it is trained on. */
export type HashedDataset = Pick<Dataset, 'shape' | 'classes' | 'normalisation' | 'train' | 'test'> & {
  readonly validation?: ImageSet
}

/** Hashes of a data set. Two, since a teacher or a trial of a search never depends on the test images. */
export interface DataHashes {
  /** Of what models are trained and chosen on. */
  readonly dataHash: string
  /** Of the test images, read when first asked for. */
  readonly testHash: () => string
}

/**
 * Hashes a data set by what was decoded: images, labels, class names, normalisation, and which images are in which part. Where
 * its files lie and which code read them does not count.
 */
export function hashDataset(dataset: HashedDataset): DataHashes {
  const { train, validation, test } = dataset
  let testHash: string | undefined
  return {
    dataHash: hashOf(dataset, { train, validation }),
    testHash: () => (testHash ??= hashOf(dataset, { test })),
  }
}

function hashOf(
  { shape, classes, normalisation }: HashedDataset,
  sets: Readonly<Record<string, ImageSet | undefined>>,
): string {
  const hash = createHash('sha256')
  hash.update(canonicalJson({ dtype: 'uint8', shape, classes, normalisation }))
  for (const [name, set] of Object.entries(sets)) addSet(hash, name, set)
  return hash.digest('hex').slice(0, 16)
}

function addSet(hash: Hash, name: string, set: ImageSet | undefined): void {
  hash.update(canonicalJson([name, set?.count ?? null]))
  if (set === undefined) return
  hash.update(set.images)
  hash.update(bytesOf(set.labels))
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Int32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)
