import { crc32 } from 'node:zlib'

/** An entry of a zip archive as it is written; what the archive claims of it may be another thing. */
export interface ZipEntry {
  readonly name: string
  readonly data: Uint8Array
  /** Index of an earlier entry whose bytes this one claims. */
  readonly sameAs?: number
  readonly method?: number
  readonly claims?: { readonly size?: number; readonly crc?: number }
}

/** A zip archive without compression. */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const bodies: Buffer[] = []
  const offsets: number[] = []
  let at = 0
  for (const entry of entries) {
    const { sameAs } = entry
    const shared = sameAs === undefined ? undefined : offsets[sameAs]
    offsets.push(shared ?? at)
    if (shared !== undefined) continue
    const body = Buffer.concat([header(entry, 0x04034b50), Buffer.from(entry.name), Buffer.from(entry.data)])
    bodies.push(body)
    at += body.length
  }
  const directory = entries.flatMap((entry, i) => [
    header(entry, 0x02014b50, offsets[i] ?? 0),
    Buffer.from(entry.name),
  ])
  const size = directory.reduce((sum, { length }) => sum + length, 0)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(size, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...bodies, ...directory, end])
}

/** Of an entry itself, or with an offset of the archive's directory. */
function header(
  { name, data, method = 0, claims = {} }: ZipEntry,
  signature: number,
  offset?: number,
): Buffer {
  const central = offset !== undefined
  const bytes = Buffer.alloc(central ? 46 : 30)
  const start = central ? 2 : 0
  bytes.writeUInt32LE(signature, 0)
  if (central) bytes.writeUInt16LE(20, 4)
  bytes.writeUInt16LE(20, start + 4)
  bytes.writeUInt16LE(method, start + 8)
  bytes.writeUInt32LE(claims.crc ?? crc32(data), start + 14)
  bytes.writeUInt32LE(data.length, start + 18)
  bytes.writeUInt32LE(claims.size ?? data.length, start + 22)
  bytes.writeUInt16LE(Buffer.byteLength(name), start + 26)
  if (central) bytes.writeUInt32LE(offset, 42)
  return bytes
}
