import { UmbraError } from '../errors/umbra-error.js'

/** One array of a safetensors file. Floating-point types of other widths are read as float32. */
export interface StoredTensor {
  readonly dtype: 'float32' | 'int32'
  readonly shape: readonly number[]
  readonly data: Float32Array | Int32Array
}

const WIDTHS: Readonly<Record<string, number>> = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4 }
const MAX_HEADER = 100 * 2 ** 20
const MAX_RANK = 16

/** Bytes of a safetensors file holding these arrays, in their order; `metadata` is text by text. */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata }
  let offset = 0
  for (const [name, { dtype, shape, data }] of tensors) {
    header[name] = {
      dtype: dtype === 'float32' ? 'F32' : 'I32',
      shape,
      data_offsets: [offset, offset + data.byteLength],
    }
    offset += data.byteLength
  }
  const json = Buffer.from(JSON.stringify(header))
  // The header is padded so that the arrays start at a multiple of eight.
  const headerLength = Math.ceil(json.length / 8) * 8
  const bytes = Buffer.alloc(8 + headerLength + offset, 0x20)
  bytes.writeBigUInt64LE(BigInt(headerLength), 0)
  json.copy(bytes, 8)
  let at = 8 + headerLength
  for (const { data } of tensors.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at)
    at += data.byteLength
  }
  return bytes
}

/**
 * The arrays of a safetensors file by name. Nothing in the file is trusted: sizes, offsets and types are checked.
 *
 * Throws UMBRA_FILE_CORRUPT, naming `source`.
 */
export function decodeSafetensors(bytes: Uint8Array, source: string): Map<string, StoredTensor> {
  const fail = (received: string): never => {
    throw new UmbraError('UMBRA_FILE_CORRUPT', { subject: source, expected: 'a safetensors file', received })
  }
  if (bytes.byteLength < 8) return fail(`${bytes.byteLength} bytes`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const headerLength = Number(view.getBigUint64(0, true))
  if (headerLength > MAX_HEADER || 8 + headerLength > bytes.byteLength)
    return fail(
      `a header of ${headerLength} bytes in a file of ${bytes.byteLength}: truncated or of another format`,
    )
  const header = parseHeader(bytes.subarray(8, 8 + headerLength)) ?? fail('a header that is not JSON')
  const start = 8 + headerLength
  const tensors = new Map<string, StoredTensor>()
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue
    const { dtype, shape, data_offsets: offsets } = entry as Record<string, unknown>
    const width = typeof dtype === 'string' ? WIDTHS[dtype] : undefined
    if (width === undefined) return fail(`tensor "${name}" of type ${String(dtype)}`)
    if (!isSizes(shape) || shape.length > MAX_RANK) return fail(`tensor "${name}" without a proper shape`)
    if (!isSizes(offsets) || offsets.length !== 2) return fail(`tensor "${name}" without proper offsets`)
    const [from, to] = offsets as [number, number]
    const size = shape.reduce((a, b) => a * b, 1)
    if (to - from !== size * width)
      return fail(`tensor "${name}" with ${to - from} bytes for shape [${shape.join(', ')}]`)
    if (start + to > bytes.byteLength)
      return fail(
        `tensor "${name}" ending at byte ${start + to} of ${bytes.byteLength}: the file is truncated`,
      )
    tensors.set(
      name,
      convert(dtype as string, shape, new Uint8Array(bytes.subarray(start + from, start + to))),
    )
  }
  return tensors
}

function parseHeader(bytes: Uint8Array): Record<string, object> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
    const proper = typeof value === 'object' && value !== null && !Array.isArray(value)
    if (!proper || !Object.values(value).every((entry) => typeof entry === 'object' && entry !== null))
      return undefined
    return value as Record<string, object>
  } catch {
    return undefined
  }
}

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && (item as number) >= 0)

/** `bytes` is a copy of its own, so that the wider views are aligned. */
function convert(dtype: string, shape: readonly number[], bytes: Uint8Array<ArrayBuffer>): StoredTensor {
  const { buffer } = bytes
  const float = (data: Float32Array): StoredTensor => ({ dtype: 'float32', shape, data })
  switch (dtype) {
    case 'F32':
      return float(new Float32Array(buffer))
    case 'F64':
      return float(Float32Array.from(new Float64Array(buffer)))
    case 'BF16':
      return float(new Float32Array(Uint32Array.from(new Uint16Array(buffer), (half) => half << 16).buffer))
    case 'F16':
      return float(Float32Array.from(new Uint16Array(buffer), fromHalf))
    case 'I64':
      return { dtype: 'int32', shape, data: Int32Array.from(new BigInt64Array(buffer), Number) }
    default:
      return { dtype: 'int32', shape, data: new Int32Array(buffer) }
  }
}

/** Value of an IEEE half-precision bit pattern. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
