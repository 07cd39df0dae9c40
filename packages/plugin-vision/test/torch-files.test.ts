import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type PickleOf,
  call,
  floats,
  global,
  legacyTorchFile,
  persistent,
  pickle,
  torchFile,
  torchTensor,
  tuple,
  zip,
} from '@umbra/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { pytorch } from '../src/index.js'

const folder = mkdtempSync(join(tmpdir(), 'umbra-torch-files-'))
const path = join(folder, 'file.pt')
afterAll(() => rmSync(folder, { recursive: true }))

async function read(bytes: Uint8Array): Promise<{
  readonly values: Record<string, readonly number[]>
  readonly skipped: Record<string, string>
  readonly buffers: number
}> {
  writeFileSync(path, bytes)
  const skipped: Record<string, string> = {}
  const tensors = await pytorch.read(path, (name, type) => void (skipped[name] = type))
  return {
    values: Object.fromEntries(tensors.map(({ name, data }) => [name, [...data.subarray(0, 20)]])),
    skipped,
    buffers: new Set(tensors.map(({ data }) => data.buffer)).size,
  }
}

const w = (shape: readonly number[], strides: readonly number[], offset = 0): PickleOf =>
  torchTensor({ key: '0', length: 6, shape, strides, offset })
const six = { '0': floats(1, 2, 3, 4, 5, 6) }

describe('views', () => {
  it.each<[string, PickleOf, number[]]>([
    ['in order', w([2, 3], [3, 1]), [1, 2, 3, 4, 5, 6]],
    ['transposed', w([3, 2], [1, 3]), [1, 4, 2, 5, 3, 6]],
    ['one number expanded', w([4], [0], 2), [3, 3, 3, 3]],
    ['a row expanded', w([2, 3], [0, 1], 3), [4, 5, 6, 4, 5, 6]],
    ['every other number', w([3], [2]), [1, 3, 5]],
    ['overlapping windows', w([5, 2], [1, 1]), [1, 2, 2, 3, 3, 4, 4, 5, 5, 6]],
    ['a single number', w([], [], 5), [6]],
    ['of size one, whatever its stride', w([1, 3], [17, 1], 3), [4, 5, 6]],
    ['empty', w([0, 3], [3, 1]), []],
  ])('%s', async (_, tensor, expected) => {
    expect((await read(torchFile({ w: tensor }, six))).values).toEqual({ w: expected })
    const legacy = { '0': { data: six['0'], length: 6 } }
    const old = call(
      'torch._utils _rebuild_tensor_v2',
      persistent(tuple('storage', global('torch FloatStorage'), '0', 'cpu', 6, null)),
      ...[0, tuple(6), tuple(1), false, call('collections OrderedDict')],
    )
    expect((await read(legacyTorchFile({ w: old }, legacy))).values).toEqual({ w: [1, 2, 3, 4, 5, 6] })
  })

  it('900 of one storage share its memory', async () => {
    const names = Array.from({ length: 900 }, (_, i) => [`w${i}`, w([2, 3], [3, 1])] as const)
    const { values, buffers } = await read(torchFile(Object.fromEntries(names), six))
    expect(Object.keys(values)).toHaveLength(900)
    expect(buffers).toBe(1)
  })

  it.each<[string, PickleOf]>([
    ['one number a million times', w([1000, 1000], [0, 0])],
    ['a size that no memory has', w([2 ** 40, 2 ** 40], [0, 0])],
  ])('of more numbers than the file allows are refused: %s', async (_, tensor) => {
    await expect(read(torchFile({ w: tensor }, six))).rejects.toMatchObject({ code: 'UMBRA_WEIGHTS_FORMAT' })
  })

  it('of one storage with two types are damaged', async () => {
    const half = torchTensor({ key: '0', type: 'Half', length: 12, shape: [12] })
    const file = torchFile({ a: w([6], [1]), b: half }, six)
    await expect(read(file)).rejects.toThrow('storage 0 described in two ways')
  })
})

describe('what is beside the weights', () => {
  it('is left out by name: other types, also those without a storage of their own', async () => {
    const untyped = persistent(tuple('storage', global('torch.storage UntypedStorage'), '2', 'cpu', 4))
    const f8 = call(
      'torch._utils _rebuild_tensor_v3',
      ...[untyped, 0, tuple(4), tuple(1), false, call('collections OrderedDict')],
      ...[global('torch float8_e4m3fn'), {}],
    )
    const mask = torchTensor({ key: '1', type: 'Bool', length: 4, shape: [4] })
    const bytes = torchTensor({ key: '3', type: 'Byte', length: 4, shape: [4] })
    const wave = torchTensor({ key: '4', type: 'ComplexFloat', length: 1, shape: [1] })
    const four = new Uint8Array(4)
    const storages = { ...six, '1': four, '2': four, '3': four, '4': new Uint8Array(8) }
    expect(await read(torchFile({ w: w([6], [1]), f8, mask, bytes, wave }, storages))).toMatchObject({
      values: { w: [1, 2, 3, 4, 5, 6] },
      skipped: { f8: 'float8_e4m3fn', mask: 'Bool', bytes: 'Byte', wave: 'ComplexFloat' },
    })
  })

  it("may be numbers of NumPy's, optimisers and lists", async () => {
    const dtype = call('numpy dtype', 'f8', false, true)
    const accuracy = call('numpy.core.multiarray scalar', dtype, call('_codecs encode', 'abc', 'latin1'))
    const state = new Map([[0, { exp_avg: w([6], [1]) }]])
    const file = torchFile(
      { state_dict: { w: w([6], [1]) }, accuracy, optimizer: { state, param_groups: [{ lr: 0.1 }] } },
      six,
    )
    expect(Object.keys((await read(file)).values)).toEqual(['state_dict.w'])
    const pair = torchFile(tuple({ w: w([6], [1]) }, { acc: 0.5 }), six)
    expect(Object.keys((await read(pair)).values)).toEqual(['0.w'])
  })
})

describe('archives that are no more than they seem', () => {
  const object = pickle({ w: w([6], [1]) })
  const data = { name: 'archive/data.pkl', data: object }

  it.each([
    ['a name twice', zip([data, data]), /two entries archive\/data.pkl/],
    [
      'entries over the same bytes',
      zip([
        { name: 'archive/data/0', data: six['0'] },
        data,
        ...Array.from({ length: 400 }, (_, i) => ({
          name: `archive/data/${i + 1}`,
          data: six['0'],
          sameAs: 0,
        })),
      ]),
      /entries archive\/data\/\d+ and archive\/data\/\d+ over the same bytes/,
    ],
    [
      'a size that is not there',
      zip([data, { name: 'archive/data/0', data: six['0'], claims: { size: 2 ** 31 } }]),
      /cannot be read|of \d+ bytes/,
    ],
  ])('%s is damage', async (_, file, message) => {
    await expect(read(file)).rejects.toMatchObject({
      code: 'UMBRA_FILE_CORRUPT',
      message: expect.stringMatching(message) as string,
    })
  })

  it.each([
    ['compressed', zip([{ ...data, method: 8 }]), /compressed or encrypted entry archive\/data.pkl/],
    ['TorchScript', zip([data, { name: 'archive/constants.pkl', data: object }]), /a TorchScript program/],
    ['NumPy', zip([{ name: 'w.npy', data: six['0'] }]), /an archive of NumPy arrays/],
    ['another archive', zip([{ name: 'a.txt', data: six['0'] }]), /zip archive without data.pkl, with a.txt/],
  ])('%s is not supported, and not called damaged', async (_, file, message) => {
    await expect(read(file)).rejects.toMatchObject({
      code: 'UMBRA_WEIGHTS_FORMAT',
      message: expect.stringMatching(message) as string,
    })
  })
})

describe('values that refer to each other', () => {
  it('many times over are counted, not followed for ever', async () => {
    // Each of ten lists holds the one before it a hundred times.
    const twice = Buffer.from('](' + 'h\x00'.repeat(100) + 'eq\x00', 'latin1')
    const start = Buffer.from('\x80\x02]q\x00', 'latin1')
    const lists = Buffer.concat([start, ...Array.from({ length: 10 }, () => twice), Buffer.from('.')])
    await expect(read(zip([{ name: 'archive/data.pkl', data: lists }]))).rejects.toThrow(
      /one inside other values|\d+ values/,
    )
  })
})
