import { crc32 } from 'node:zlib'

/** One stored file of a zip archive, with the fields that a hostile archive would forge. */
export interface ZipEntry {
  readonly name: string
  readonly data: Uint8Array | string
  /** Unix mode; a plain file by default. */
  readonly mode?: number
  /** Instead of the true checksum. */
  readonly crc?: number
  /** Instead of the true size, in the directory. */
  readonly size?: number
}

/** A zip archive of uncompressed entries. */
export function makeZip(entries: readonly ZipEntry[]): Buffer {
  const bodies: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const entry of entries) {
    const name = Buffer.from(entry.name)
    const data = Buffer.from(entry.data as string)
    const size = entry.size ?? data.length
    const crc = entry.crc ?? crc32(data)
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(20, 4)
    local.writeUInt32LE(crc, 14)
    local.writeUInt32LE(data.length, 18)
    local.writeUInt32LE(size, 22)
    local.writeUInt16LE(name.length, 26)
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x02014b50, 0)
    central.writeUInt16LE(0x0314, 4)
    central.writeUInt16LE(20, 6)
    central.writeUInt32LE(crc, 16)
    central.writeUInt32LE(size, 20)
    central.writeUInt32LE(size, 24)
    central.writeUInt16LE(name.length, 28)
    central.writeUInt32LE((entry.mode ?? 0o100644) * 0x10000, 38)
    central.writeUInt32LE(offset, 42)
    bodies.push(local, name, data)
    directory.push(central, name)
    offset += 30 + name.length + data.length
  }
  const listing = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(listing.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...bodies, listing, end])
}
