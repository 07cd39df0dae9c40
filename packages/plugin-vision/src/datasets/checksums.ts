import { sha256Of } from '@umbra/core/files'
import { type CifarLayout, recordBytes } from './cifar-layout.js'

/** sha256 of the published files, uncompressed. */
const FILES: ReadonlySet<string> = new Set([
  '14073b87dce938bde4e1e995edcbecafb1c691566d3043d785f4a6d3fab53f2e', // CIFAR-10, test
  '044cbd290fd421ecfd5d719dd59fbef61bf0f75ed48fa71ecbfe91f673db1804', // CIFAR-10, 20,000 of train
  'b1ea1a5a6abdb3db437b5d7a7b9754b518046da24f5cd9565d7a6c881ac9d672', // CIFAR-100, test
  '9a4ce85385d4483b811d1317bb1dde2dfaffb95ac51b6b7ee74b1e9536298738', // CIFAR-100, train
])

/** Checksums of the same files, independent of the order of their records, in which distributions differ. */
const CONTENTS: ReadonlySet<string> = new Set([
  '325704b01eb92e1e2a6215ae6a916bb7db7de054af0c496be1c7be2e0fcfbf5f', // CIFAR-10, test
  'f12d3e159de6125d762b240defb28d914a670bdd620de6e5bbe2d848337073b6', // CIFAR-10, 20,000 of train
  '96adb3db8da7632dbb350559a17b9f585fab5b17675de5fc8f6761384196b294', // CIFAR-100, test
  '7077d87fc363f92dbf1245f13ba80561d7b33a96c79ad57168d49dc172aaa92b', // CIFAR-100, train
])

/** Whether the records of a file are those of a published one, in any order. */
export const isPublished = (bytes: Uint8Array, checksum: string, layout: CifarLayout): boolean =>
  FILES.has(checksum) || CONTENTS.has(contentChecksum(bytes, recordBytes(layout)))

/** sha256 over the sorted sha256 sums of the records, in hexadecimal. */
export function contentChecksum(bytes: Uint8Array, record: number): string {
  const sums: string[] = []
  for (let at = 0; at < bytes.length; at += record) sums.push(sha256Of(bytes.subarray(at, at + record)))
  return sha256Of(Buffer.from(sums.sort().join(''), 'hex'))
}
