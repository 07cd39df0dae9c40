/** The header is a JSON object. */
const OBJECT = '{'.charCodeAt(0)
const LENGTH_BYTES = 8

/** Whether a file begins like safetensors: the length of the header, of less than four bytes, and the header. */
export function isSafetensors(start: Uint8Array): boolean {
  if (start.length <= LENGTH_BYTES || start[LENGTH_BYTES] !== OBJECT) return false
  const length = new DataView(start.buffer, start.byteOffset).getBigUint64(0, true)
  return length > 1n && length < 2n ** 32n
}
