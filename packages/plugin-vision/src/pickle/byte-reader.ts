/** Reads a pickle's bytes in order; past the end `fail` throws. */
export interface ByteReader {
  readonly position: () => number
  readonly byte: () => number
  readonly take: (length: number) => Buffer
  readonly line: () => string
}

export function byteReader(bytes: Buffer, start: number, fail: (received: string) => never): ByteReader {
  let at = start
  const take = (length: number): Buffer => {
    if (!Number.isSafeInteger(length) || length < 0 || at + length > bytes.length)
      return fail(`an end after ${bytes.length} bytes in the middle of a value`)
    at += length
    return bytes.subarray(at - length, at)
  }
  return {
    position: () => at,
    byte: () => take(1).readUInt8(),
    take,
    line: () => {
      const end = bytes.indexOf(0x0a, at)
      const text = take((end < 0 ? bytes.length : end) - at).toString('utf8')
      take(1)
      return text
    },
  }
}
