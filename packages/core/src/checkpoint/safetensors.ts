import { UmbraError } from '../errors/umbra-error.js'
import { readHeader } from './safetensors-header.js'

/** One array of a safetensors file. Floating-point types of other widths are read as float32. */
export interface StoredTensor {
  readonly dtype: 'float32' | 'int32'
  readonly shape: readonly number[]
  readonly data: Float32Array | Int32Array
}

/** Bits of an element of every type of the format, as of safetensors 0.6. */
const BITS: Readonly<Record<string, number>> = {
  ...{ BOOL: 8, U8: 8, I8: 8, U16: 16, I16: 16, U32: 32, I32: 32, U64: 64, I64: 64 },
  ...{ F4: 4, F6_E2M3: 6, F6_E3M2: 6, F8_E5M2: 8, F8_E4M3: 8, F8_E8M0: 8, F8_E5M2FNUZ: 8, F8_E4M3FNUZ: 8 },
  ...{ F16: 16, BF16: 16, F32: 32, F64: 64, C64: 64 },
}
/** The types that are read; tensors of the others are skipped. */
const READ: ReadonlySet<string> = new Set(['F64', 'F32', 'F16', 'BF16', 'I64', 'I32'])
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
 * The arrays of a safetensors file by name. Nothing in the file is trusted: as the format asks, the arrays must lie one
 * after the other without overlap or hole up to the end of the file, in any order of the header.
 *
 * Throws UMBRA_FILE_CORRUPT, naming `source`, and UMBRA_WEIGHTS_FORMAT for a type that the format does not have.
 *
 * @param skip called for a tensor of a type that is not read here (`U8`, `BOOL`, `F8_E4M3`)
 */
export function decodeSafetensors(
  bytes: Uint8Array,
  source: string,
  skip: (name: string, dtype: string) => void = () => undefined,
): Map<string, StoredTensor> {
  const fail = (received: string): never => {
    throw new UmbraError('UMBRA_FILE_CORRUPT', { subject: source, expected: 'a safetensors file', received })
  }
  const { header, start } = readHeader(bytes, fail)
  const entries = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]) => checkEntry(name, entry, source, fail))
  checkLayout(entries, bytes.byteLength - start, fail)
  const tensors = new Map<string, StoredTensor>()
  for (const { name, dtype, shape, from, to } of entries)
    if (READ.has(dtype))
      tensors.set(name, convert(dtype, shape, new Uint8Array(bytes.subarray(start + from, start + to))))
    else skip(name, dtype)
  return tensors
}

interface HeaderEntry {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly number[]
  readonly from: number
  readonly to: number
}

function checkEntry(
  name: string,
  entry: object,
  source: string,
  fail: (received: string) => never,
): HeaderEntry {
  const { dtype, shape, data_offsets: offsets } = entry as Record<string, unknown>
  if (typeof dtype !== 'string') return fail(`tensor "${name}" without a type`)
  const bits = Object.hasOwn(BITS, dtype) ? BITS[dtype] : undefined
  if (bits === undefined)
    throw new UmbraError('UMBRA_WEIGHTS_FORMAT', {
      subject: source,
      expected: 'a safetensors file with tensors of the types F32, F64, F16 and BF16',
      received: `tensor "${name}" of the unknown type ${dtype}`,
      remedy: 'Save the weights as float32',
    })
  if (!isSizes(shape) || shape.length > MAX_RANK) return fail(`tensor "${name}" without a proper shape`)
  if (!isSizes(offsets) || offsets.length !== 2) return fail(`tensor "${name}" without proper offsets`)
  const [from, to] = offsets as [number, number]
  const size = (shape.reduce((a, b) => a * b, 1) * bits) / 8
  if (to - from !== size)
    return fail(`tensor "${name}" with ${to - from} bytes for shape [${shape.join(', ')}]`)
  return { name, dtype, shape, from, to }
}

/** Requires that the arrays fill their part of the file, `[0, bytes)`, exactly once. */
function checkLayout(
  entries: readonly HeaderEntry[],
  bytes: number,
  fail: (received: string) => never,
): void {
  let end = 0
  for (const { name, from, to } of entries.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    if (from !== end)
      return fail(`tensor "${name}" that starts at byte ${from} instead of ${end}: bytes shared or unused`)
    end = to
  }
  if (end > bytes) return fail(`arrays of ${end} bytes in ${bytes} bytes: the file is truncated`)
  if (end < bytes) return fail(`${bytes - end} bytes after the last array`)
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
