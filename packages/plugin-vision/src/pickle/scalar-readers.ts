import type { ByteReader } from './byte-reader.js'
import { LIMITS } from './limits.js'
import { OP } from './opcodes.js'
import type { PickleContext } from './pickle-context.js'
import type { PickleValue } from './pickle-value.js'

/** Readers of the opcodes that push a plain value and have no other effect. */
export function scalarReaders(
  { byte, take, line }: ByteReader,
  { corrupt }: Pick<PickleContext, 'corrupt'>,
): ReadonlyMap<number, () => PickleValue> {
  const uint32 = (): number => take(4).readUInt32LE()
  const uint64 = (): number => Number(take(8).readBigUInt64LE())
  const text = (length: number): string => take(length).toString('utf8')
  const integer = (length: number): number | bigint => {
    if (length > LIMITS.integer) return corrupt(`an integer of ${length} bytes`)
    return littleEndian(take(length))
  }
  const decimal = (): number | boolean => {
    const digits = line()
    // Protocol 0 spells the booleans as integers with a leading zero.
    if (digits === '00' || digits === '01') return digits === '01'
    if (!/^[+-]?\d{1,15}$/.test(digits)) return corrupt('an integer that is not one')
    return Number(digits)
  }
  return new Map<number, () => PickleValue>([
    [OP.none, () => null],
    [OP.newTrue, () => true],
    [OP.newFalse, () => false],
    [OP.int, decimal],
    [OP.binInt, () => take(4).readInt32LE()],
    [OP.binInt1, byte],
    [OP.binInt2, () => take(2).readUInt16LE()],
    [OP.long1, () => integer(byte())],
    [OP.long4, () => integer(uint32())],
    [OP.binFloat, () => take(8).readDoubleBE()],
    [OP.binString, () => take(uint32()).toString('latin1')],
    [OP.shortBinString, () => take(byte()).toString('latin1')],
    [OP.binUnicode, () => text(uint32())],
    [OP.shortBinUnicode, () => text(byte())],
    [OP.binUnicode8, () => text(uint64())],
    [OP.binBytes, () => take(uint32())],
    [OP.shortBinBytes, () => take(byte())],
    [OP.binBytes8, () => take(uint64())],
    [OP.emptyTuple, () => ({ kind: 'tuple', items: [] })],
    [OP.emptyList, () => ({ kind: 'list', items: [] })],
    [OP.emptySet, () => ({ kind: 'list', items: [] })],
    [OP.emptyDict, () => ({ kind: 'dict', entries: new Map() })],
  ])
}

/** Two's complement, least significant byte first; a number if it is exact, else a bigint. */
function littleEndian(bytes: Buffer): number | bigint {
  if (bytes.length === 0) return 0
  let value = 0n
  for (const byte of bytes.toReversed()) value = (value << 8n) | BigInt(byte)
  const signed = BigInt.asIntN(8 * bytes.length, value)
  return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed
}
