import crc32c from 'crc-32/crc32c.js'

/** TFRecord framing: length (uint64), masked CRC of the length, data, masked CRC of the data; little-endian. */
export function frameRecord(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(data.length + 16)
  const view = new DataView(out.buffer)
  view.setBigUint64(0, BigInt(data.length), true)
  view.setUint32(8, maskedCrc(out.subarray(0, 8)), true)
  out.set(data, 12)
  view.setUint32(12 + data.length, maskedCrc(data), true)
  return out
}

/** CRC-32C, rotated and offset, since a CRC of data that contains CRCs is weak. */
export function maskedCrc(data: Uint8Array): number {
  const crc = crc32c.buf(data) >>> 0
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}
