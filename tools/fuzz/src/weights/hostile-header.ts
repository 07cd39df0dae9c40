import type { Random } from '../random.js'

const TYPES = [
  'F32',
  'F64',
  'F16',
  'BF16',
  'U8',
  'BOOL',
  'F8_E4M3',
  'F4',
  'I64',
  'X9',
  '',
  '__proto__',
] as const
const NUMBERS = [0, 1, 4, 8, 1.5, -1, 2 ** 31, 2 ** 53, 1e300] as const

/** A safetensors file with a header that contradicts itself, its arrays or the format. */
export function hostileHeader(random: Random): Uint8Array {
  const { below, pick } = random
  const data = random.bytes(below(64))
  const entry = (): object => ({
    dtype: pick(TYPES),
    shape: Array.from({ length: below(5) }, () => pick(NUMBERS)),
    data_offsets: random.chance(0.8) ? [pick(NUMBERS), pick(NUMBERS)] : 'x',
  })
  const over = { dtype: 'F32', shape: [data.length >> 2], data_offsets: [0, (data.length >> 2) * 4] }
  const many = (make: () => unknown): string =>
    JSON.stringify(Object.fromEntries(Array.from({ length: pick([1, 4, 300]) }, (_, i) => [`w${i}`, make()])))
  const header = pick([
    () => many(entry),
    () => many(() => over),
    () => `{"a":${JSON.stringify(over)},"a":${JSON.stringify(over)}}`,
    () => many(() => pick([null, 1, 'x', [], {}, true])),
    () => '['.repeat(below(100_000)),
    () => `{"${'\\"'.repeat(below(10_000))}`,
    () =>
      `{"__metadata__":{"a":"\u001b[2J"},"\u001b[31m${'n'.repeat(below(100_000))}":${JSON.stringify(entry())}}`,
    () => pick(['', '{', '[]', 'null', '{}', '{"__proto__":{}}', ' {}']),
  ] as const)()
  const json = random.chance(0.1) ? random.bytes(40) : Buffer.from(header)
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(random.chance(0.9) ? BigInt(json.length) : BigInt(pick([0, 1, 2 ** 31, 2 ** 52])))
  return Buffer.concat([length, json, data])
}
