import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UmbraError } from '@umbra/core'
import { afterAll, describe, expect, it } from 'vitest'
import { pytorch } from '../src/index.js'
import { fixture } from './fixture.js'

const folder = mkdtempSync(join(tmpdir(), 'umbra-pytorch-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function values(path: string): Promise<Record<string, unknown>> {
  const tensors = await pytorch.read(path)
  return Object.fromEntries(tensors.map(({ name, shape, data }) => [name, [shape, [...data]]]))
}

const views = {
  'conv.weight': [
    [2, 3],
    [1, 2, 3, 4, 5, 6],
  ],
  transposed: [
    [3, 2],
    [1, 4, 2, 5, 3, 6],
  ],
  tail: [[2], [5, 6]],
  scalar: [[], [6]],
  parameter: [
    [1, 3],
    [4, 5, 6],
  ],
}

describe('archives', () => {
  it('are read with every view of a storage and every floating-point type; integers are left out', async () => {
    const three = [[3], [1, 0, 1]]
    expect(await values(fixture('state.pt'))).toEqual({
      ...views,
      DoubleStorage: three,
      HalfStorage: three,
      BFloat16Storage: three,
    })
  })

  it('are read in pickle protocol 4, with the state dictionary under "model"', async () => {
    const grouped = Object.entries(views).map(([name, value]) => [`model.${name}`, value])
    expect(await values(fixture('protocol4.pt'))).toEqual(Object.fromEntries(grouped))
  })

  it.each([
    ['beyond.pt', /tensor \[2, 3\] that reaches beyond its storage of 6 elements/],
    ['short-storage.pt', /storage 0 of 8 bytes instead of 24/],
  ])('like %s are damaged', async (name, message) => {
    const problem = { code: 'UMBRA_FILE_CORRUPT', message: expect.stringMatching(message) as string }
    await expect(pytorch.read(fixture(name))).rejects.toMatchObject(problem)
  })

  it.each([
    ['compressed.pt', /compressed or encrypted entry archive\/byteorder/],
    ['repeated.pt', /views of more than \d+ numbers in a file of \d+ bytes, tensor ".*"/],
  ])('like %s are in order, but not supported', async (name, message) => {
    const problem = { code: 'UMBRA_WEIGHTS_FORMAT', message: expect.stringMatching(message) as string }
    await expect(pytorch.read(fixture(name))).rejects.toMatchObject(problem)
  })

  it('without tensors are refused with the keys that are there', async () => {
    await expect(pytorch.read(fixture('no-tensors.pt'))).rejects.toMatchObject({
      code: 'UMBRA_WEIGHTS_FORMAT',
      message: expect.stringContaining('received keys epoch, args') as string,
    })
  })

  it('with a changed byte anywhere in an array are damaged', async () => {
    const bytes = readFileSync(fixture('state.pt'))
    const at = bytes.indexOf(Buffer.from(new Float32Array([1, 2, 3, 4, 5, 6]).buffer))
    bytes[at + 5]! ^= 1
    const path = join(folder, 'changed.pt')
    writeFileSync(path, bytes)
    await expect(pytorch.read(path)).rejects.toThrow('entry archive/data/0 with a wrong checksum')
  })
})

describe('legacy files', () => {
  it('are read, with the state dictionary under "state_dict"', async () => {
    expect(await values(fixture('legacy.th'))).toEqual({
      'state_dict.module.w': [
        [2, 3],
        [1, 2, 3, 4, 5, 6],
      ],
    })
  })
})

describe('truncated files', () => {
  it.each(['legacy.th', 'state.pt'])('like any beginning of %s give one clear error', async (name) => {
    const bytes = readFileSync(fixture(name))
    const path = join(folder, `truncated-${name}`)
    for (let length = 4; length < bytes.length; length += 7) {
      writeFileSync(path, bytes.subarray(0, length))
      await expect(pytorch.read(path), `${length} bytes`).rejects.toMatchObject({
        code: 'UMBRA_FILE_CORRUPT',
      })
    }
  })

  it('of no bytes are of no format', async () => {
    writeFileSync(join(folder, 'empty.pt'), '')
    await expect(pytorch.read(join(folder, 'empty.pt'))).rejects.toMatchObject({
      code: 'UMBRA_WEIGHTS_FORMAT',
    })
  })
})

describe('files that ask for more than data', () => {
  it.each([
    ['system.pt', 'posix.system'],
    ['eval.pt', 'builtins.eval'],
    ['plain.pth', 'posix.system'],
    ['object.pt', 'collections.Anything'],
  ])('%s: refuses %s by name', async (name, asked) => {
    await expect(pytorch.read(fixture(name))).rejects.toMatchObject({
      code: 'UMBRA_WEIGHTS_FORMAT',
      message: expect.stringContaining(`file asks to run ${asked}; refused`) as string,
    })
  })
})

describe('damaged files', () => {
  it.each(['legacy.th', 'plain.pth', 'protocol4.pt'])(
    'like %s with any bit changed are read or refused, never more',
    async (name) => {
      const whole = readFileSync(fixture(name))
      const path = join(folder, `damaged-${name}`)
      let refused = 0
      for (let at = 0; at < whole.length; at++) {
        const bytes = Buffer.from(whole)
        bytes[at]! ^= 1 << (at % 8)
        writeFileSync(path, bytes)
        const outcome = await pytorch.read(path).catch((error: unknown) => error)
        if (outcome instanceof Error) {
          expect(outcome, `byte ${at}`).toBeInstanceOf(UmbraError)
          refused++
        }
      }
      expect(refused).toBeGreaterThan(whole.length / 4)
    },
  )
})

describe('other files', () => {
  it('are missing', async () => {
    await expect(pytorch.read(join(folder, 'none.pt'))).rejects.toMatchObject({ code: 'UMBRA_FILE_MISSING' })
    await expect(pytorch.read(folder)).rejects.toThrow('received a folder')
  })

  it('are of another format', async () => {
    const path = join(folder, 'page.pt')
    writeFileSync(path, '<html>')
    await expect(pytorch.read(path)).rejects.toThrow('received a file that starts with 3c68746d')
  })
})
