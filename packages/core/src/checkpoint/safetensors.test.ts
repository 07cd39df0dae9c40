import { describe, expect, it } from 'vitest'
import { decodeSafetensors, encodeSafetensors, fromHalf, type StoredTensor } from './safetensors.js'

const example = new Map<string, StoredTensor>([
  ['a/kernel', { dtype: 'float32', shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 0, NaN, Infinity) }],
  ['count', { dtype: 'int32', shape: [], data: Int32Array.of(-7) }],
  ['empty', { dtype: 'float32', shape: [0, 4], data: new Float32Array(0) }],
])

/** A file with a header of one's own making. */
const file = (header: object, data?: Uint8Array): Uint8Array => raw(JSON.stringify(header), data)

function raw(header: string | Buffer, data: Uint8Array = new Uint8Array(0)): Uint8Array {
  const json = Buffer.from(header as string)
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.length))
  return Buffer.concat([length, json, data])
}

describe('safetensors', () => {
  it('reads what it wrote, bit for bit, from a buffer at any offset', () => {
    const bytes = encodeSafetensors(example, { format: 'umbra' })
    const shifted = Buffer.concat([Buffer.from([1, 2, 3]), bytes]).subarray(3)
    for (const source of [bytes, shifted]) expect(decodeSafetensors(source, 'x')).toEqual(example)
  })

  it('starts the arrays at a multiple of eight bytes, as the format asks', () => {
    const view = Buffer.from(encodeSafetensors(example))
    expect(Number(view.readBigUInt64LE(0)) % 8).toBe(0)
  })

  it('reads the other widths', () => {
    const double = new Uint8Array(Float64Array.of(0.5, -3).buffer)
    const read = (dtype: string, data: Uint8Array, shape: number[]): number[] => [
      ...decodeSafetensors(file({ t: { dtype, shape, data_offsets: [0, data.length] } }, data), 'x').get('t')!
        .data,
    ]
    expect(read('F64', double, [2])).toEqual([0.5, -3])
    expect(read('F16', new Uint8Array(Uint16Array.of(0x3c00, 0xc100).buffer), [2])).toEqual([1, -2.5])
    expect(read('BF16', new Uint8Array(Uint16Array.of(0x3f80, 0xc020).buffer), [2])).toEqual([1, -2.5])
    expect(read('I64', new Uint8Array(BigInt64Array.of(5n, -6n).buffer), [2])).toEqual([5, -6])
  })

  const four = (from: number, dtype = 'F32'): object => ({
    dtype,
    shape: [1],
    data_offsets: [from, from + 4],
  })

  it('reads arrays in any order of the header, and an empty one anywhere', () => {
    const data = new Uint8Array(Float32Array.of(1, 2).buffer)
    const empty = { dtype: 'F32', shape: [0], data_offsets: [4, 4] }
    const read = decodeSafetensors(file({ second: four(4), empty, first: four(0) }, data), 'x')
    expect([...read].map(([name, value]) => [name, ...value.data])).toEqual([
      ['second', 2],
      ['empty'],
      ['first', 1],
    ])
  })

  it('skips types that hold no weights, by name', () => {
    const types = { a: 'U8', b: 'BOOL', c: 'F8_E4M3', d: 'I16', e: 'C64', f: 'F4' }
    const bytes = { a: 4, b: 4, c: 4, d: 8, e: 32, f: 2 }
    let at = 0
    const entries = Object.entries(types).map(([name, dtype]): [string, object] => {
      const from = at
      at += bytes[name as keyof typeof bytes]
      return [name, { dtype, shape: [4], data_offsets: [from, at] }]
    })
    const skipped: string[][] = []
    const tensors = decodeSafetensors(
      file(Object.fromEntries<object>([...entries, ['w', four(at)]]), new Uint8Array(at + 4)),
      'x',
      (...skip) => skipped.push(skip),
    )
    expect([...tensors.keys()]).toEqual(['w'])
    expect(skipped).toEqual(Object.entries(types))
  })

  it('calls a type that the format does not have unsupported, not damaged', () => {
    const strange = file({ t: { ...four(0, 'F8_E9M9') } }, new Uint8Array(4))
    expect(() => decodeSafetensors(strange, 'x')).toThrow(
      expect.objectContaining({
        code: 'UMBRA_WEIGHTS_FORMAT',
        message: expect.stringContaining('tensor "t" of the unknown type F8_E9M9') as string,
      }),
    )
  })

  it.each<[string, Uint8Array, string]>([
    [
      'arrays over the same bytes',
      file({ a: four(0), b: four(0) }, new Uint8Array(4)),
      '"b" that starts at byte 0 instead of 4',
    ],
    ['a hole', file({ a: four(0), b: four(8) }, new Uint8Array(12)), 'starts at byte 8 instead of 4'],
    ['bytes after the end', file({ a: four(0) }, new Uint8Array(5)), '1 bytes after the last array'],
    ['no tensor for its bytes', file({}, new Uint8Array(5)), '5 bytes after the last array'],
    [
      'a key twice',
      raw('{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"\\u0061":{}}'),
      'the key "a" twice',
    ],
    ['a deep header', raw('['.repeat(1000)), 'nested deeper than 3'],
    ['text that is not UTF-8', raw(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])), 'not UTF-8'],
    ['a string without end', raw(`{"${'\\"'.repeat(100_000)}`), 'not JSON'],
    ['a header of many values', raw(`[${','.repeat(2_000_001)}`), 'more than 2000000 values'],
  ])('refuses %s', (_, bytes, received) => {
    expect(() => decodeSafetensors(bytes, 'x')).toThrow(
      expect.objectContaining({
        code: 'UMBRA_FILE_CORRUPT',
        message: expect.stringContaining(received) as string,
      }),
    )
  })

  it.each<[string, Uint8Array]>([
    ['cut anywhere in the arrays', encodeSafetensors(example).subarray(0, -1)],
    ['cut in the header', encodeSafetensors(example).subarray(0, 20)],
    ['of another format', Buffer.from('PK\u0003\u0004 this is a zip archive')],
    ['with a header that is no JSON', file([])],
    [
      'with an unknown type',
      file({ t: { dtype: 'F8', shape: [1], data_offsets: [0, 1] } }, new Uint8Array(1)),
    ],
    [
      'with a negative size',
      file({ t: { dtype: 'F32', shape: [-1], data_offsets: [0, 4] } }, new Uint8Array(4)),
    ],
    [
      'with offsets that do not fit the shape',
      file({ t: { dtype: 'F32', shape: [2], data_offsets: [0, 4] } }, new Uint8Array(8)),
    ],
    [
      'with offsets outside',
      file({ t: { dtype: 'F32', shape: [1], data_offsets: [400, 404] } }, new Uint8Array(8)),
    ],
  ])('refuses a file %s', (_, bytes) => {
    expect(() => decodeSafetensors(bytes, 'model.safetensors')).toThrow(
      /^model.safetensors: expected a safetensors file/,
    )
  })
})

describe('fromHalf', () => {
  it.each([
    [0x0000, 0],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x0400, 2 ** -14],
    [0x7bff, 65504],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
    [0x7e00, NaN],
    [0x3555, 0.333251953125],
  ])('reads %i', (bits, value) => {
    expect(fromHalf(bits)).toBe(value)
  })
})
