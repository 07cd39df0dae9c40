const MAGIC = Buffer.from('\xfd7zXZ\0', 'latin1')
/** Offset of the first block: magic, flags and their checksum. */
const BLOCK = 12
const LZMA2 = 0x21
const CHECKS = new Map([
  [0, 'none'],
  [1, 'CRC32'],
  [4, 'CRC64'],
])
const FILTERS = new Map([
  [0x03, 'delta'],
  [0x04, 'x86'],
  [0x05, 'PowerPC'],
  [0x06, 'IA64'],
  [0x07, 'ARM'],
  [0x08, 'ARM Thumb'],
  [0x09, 'SPARC'],
  [0x0a, 'ARM64'],
  [0x0b, 'RISC-V'],
])
const OTHERS: readonly (readonly [name: string, start: string])[] = [
  ['a gzip archive', '\x1f\x8b'],
  ['a zstd archive', '\x28\xb5\x2f\xfd'],
  ['a bzip2 archive', 'BZh'],
  ['a zip archive', 'PK\x03\x04'],
  ['an LZMA archive of the older kind', '\x5d\0\0'],
]

/** What of an archive the decoder does not support, by its headers; undefined for one it should read. */
export function unsupportedXz(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 64))
  if (!start.subarray(0, MAGIC.length).equals(MAGIC))
    return OTHERS.find(([, mark]) => start.toString('latin1').startsWith(mark))?.[0]
  const check = (start[7] ?? 0) & 0x0f
  if (!CHECKS.has(check)) return check === 10 ? 'a checksum of SHA-256' : `a checksum of kind ${check}`
  const flags = start[BLOCK + 1] ?? 0
  // The two optional sizes come before the first filter; both end with a byte below 0x80.
  let at = BLOCK + 2
  for (const bit of [0x40, 0x80]) if (flags & bit) at = afterNumber(start, at)
  const filter = start[at] ?? LZMA2
  return filter === LZMA2 ? undefined : `the filter ${FILTERS.get(filter) ?? `0x${filter.toString(16)}`}`
}

function afterNumber(bytes: Buffer, start: number): number {
  let at = start
  while (at < bytes.length && (bytes[at] ?? 0) >= 0x80) at++
  return at + 1
}
