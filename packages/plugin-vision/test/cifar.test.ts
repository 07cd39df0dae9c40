import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Dataset } from '@umbra/core'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { contentChecksum } from '../src/datasets/checksums.js'
import { cifar10, cifar100 } from '../src/index.js'
import { fixture } from './fixture.js'

const root = mkdtempSync(join(tmpdir(), 'umbra-cifar-'))
const folder = join(root, 'images')
const cacheDir = join(root, 'cache')
const notices: string[] = []
const context = { baseDir: root, cacheDir, notice: (text: string) => void notices.push(text) }
const load = (dataset = cifar10, path = 'images'): Promise<Dataset> => dataset.load({ path }, context)

/** Records of `labels` label bytes each 0, and planes of 1, 2 and 3. */
function records(count: number, labels = 1): Buffer {
  const record = Buffer.concat([Buffer.alloc(labels), ...[1, 2, 3].map((value) => Buffer.alloc(1024, value))])
  return Buffer.concat(Array.from({ length: count }, () => record))
}

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true })
  rmSync(cacheDir, { recursive: true, force: true })
  mkdirSync(folder)
  notices.length = 0
})
afterAll(() => rmSync(root, { recursive: true }))

describe('reading', () => {
  it('makes pixels of planes', async () => {
    const plane = (start: number): Buffer =>
      Buffer.from(Array.from({ length: 1024 }, (_, i) => (start + i) % 256))
    writeFileSync(
      join(folder, 'train.bin'),
      Buffer.concat([Buffer.from([7]), plane(0), plane(50), plane(100)]),
    )
    writeFileSync(join(folder, 'test.bin'), records(2))
    const { train, test, shape } = await load()
    expect(shape).toEqual([32, 32, 3])
    expect([...train.labels]).toEqual([7])
    expect([...train.images.slice(0, 6)]).toEqual([0, 50, 100, 1, 51, 101])
    // The first pixel of the second row is number 32 of each plane.
    expect([...train.images.slice(32 * 3, 32 * 3 + 3)]).toEqual([32, 82, 132])
    expect([...test.images.slice(-3)]).toEqual([1, 2, 3])
  })

  it('records what was read, and does not know it', async () => {
    writeFileSync(join(folder, 'train.bin'), records(1))
    writeFileSync(join(folder, 'test.bin'), records(2))
    const { sources } = await load()
    expect(sources.map(({ file, known }) => [file, known])).toEqual([
      [join('images', 'train.bin'), false],
      [join('images', 'test.bin'), false],
    ])
    expect(sources[0]!.sha256).toMatch(/^[0-9a-f]{64}$/)
  })

  it('joins the five files of the published layout, and says when one is not the published one', async () => {
    for (let part = 1; part <= 5; part++) {
      const bytes = records(10_000)
      bytes[0] = part
      writeFileSync(join(folder, `data_batch_${part}.bin`), bytes)
    }
    writeFileSync(join(folder, 'test_batch.bin'), records(10_000))
    const { train, test } = await load()
    expect([train.count, test.count]).toEqual([50_000, 10_000])
    expect([0, 1, 2, 3, 4].map((part) => train.labels[part * 10_000])).toEqual([1, 2, 3, 4, 5])
    expect(notices).toEqual([expect.stringContaining('test_batch.bin is not the published file') as string])
  })

  it('takes the second label of CIFAR-100', async () => {
    const bytes = records(10_000, 2)
    bytes[0] = 19
    bytes[1] = 99
    writeFileSync(join(folder, 'test.bin'), bytes)
    writeFileSync(join(folder, 'train.bin'), Buffer.concat([bytes, bytes, bytes, bytes, bytes]))
    const { train, test, classes } = await load(cifar100)
    expect([train.count, test.count, test.labels[0], classes[99]]).toEqual([50_000, 10_000, 99, 'worm'])
  })
})

describe('compressed files', () => {
  beforeEach(() => {
    copyFileSync(fixture('twenty.bin.xz'), join(folder, 'train.bin.xz'))
    writeFileSync(join(folder, 'test.bin'), records(1))
  })

  it('are decompressed once and kept', async () => {
    const first = await load()
    expect([...first.train.labels]).toEqual(Array.from({ length: 20 }, (_, i) => i % 10))
    expect([...first.train.images.slice(-3)]).toEqual([19, 69, 119])
    expect(notices).toEqual([expect.stringContaining('decompressing') as string])
    const second = await load()
    expect(second).toEqual(first)
    expect(notices).toHaveLength(1)
  })

  it('are decompressed again where the copy is damaged', async () => {
    const first = await load()
    const [copy] = readdirSync(cacheDir)
    const bytes = readFileSync(join(cacheDir, copy!))
    bytes[5000]! ^= 1
    writeFileSync(join(cacheDir, copy!), bytes)
    expect(await load()).toEqual(first)
  })

  it('are read without a copy where none can be kept', async () => {
    writeFileSync(cacheDir, 'a file where the folder should be')
    expect((await load()).train.count).toBe(20)
    expect(notices.at(-1)).toContain('the decoded copy could not be kept')
  })

  it.each([
    ['truncated', (path: string): void => truncateSync(path, 200)],
    ['of another format', (path: string): void => writeFileSync(path, 'not an archive')],
  ])('that are %s are named', async (_, spoil) => {
    spoil(join(folder, 'train.bin.xz'))
    await expect(load()).rejects.toMatchObject({
      code: 'UMBRA_FILE_CORRUPT',
      message: expect.stringContaining(
        `data file ${join('images', 'train.bin.xz')}: expected an xz archive`,
      ) as string,
    })
  })
})

describe('what is wrong with a folder', () => {
  const fails = (code: string, ...texts: string[]): ((error: unknown) => boolean) => {
    return (error) => {
      const { code: received, message } = error as { code: string; message: string }
      return received === code && texts.every((text) => message.includes(text))
    }
  }

  it('is not there', async () => {
    await expect(load(cifar10, 'nowhere')).rejects.toSatisfy(
      fails('UMBRA_FILE_MISSING', 'data set cifar10 in nowhere', 'cs.toronto.edu'),
    )
  })

  it('has no data', async () => {
    await expect(load(cifar100)).rejects.toSatisfy(fails('UMBRA_FILE_MISSING', 'train as .bin or .bin.xz'))
  })

  it('has only some of the five files', async () => {
    writeFileSync(join(folder, 'data_batch_2.bin'), records(1))
    await expect(load()).rejects.toSatisfy(
      fails('UMBRA_FILE_MISSING', 'no data_batch_1.bin, data_batch_3.bin'),
    )
  })

  it.each([
    ['truncated within a record', records(3).subarray(0, 9000), '9000 bytes'],
    ['empty', Buffer.alloc(0), '0 bytes'],
  ])('has a file that is %s', async (_, bytes, received) => {
    writeFileSync(join(folder, 'train.bin'), bytes)
    writeFileSync(join(folder, 'test.bin'), records(1))
    await expect(load()).rejects.toSatisfy(
      fails(
        'UMBRA_FILE_CORRUPT',
        join('images', 'train.bin'),
        'records of 3073 bytes',
        `received ${received}`,
      ),
    )
  })

  it('has a file with fewer records than were published', async () => {
    writeFileSync(join(folder, 'train.bin'), records(7, 2))
    writeFileSync(join(folder, 'test.bin'), records(1, 2))
    await expect(load(cifar100)).rejects.toSatisfy(
      fails('UMBRA_FILE_CORRUPT', '50000 records of 3074 bytes (153700000 bytes)', '21518 bytes, 7 records'),
    )
  })

  it('has labels of another data set', async () => {
    const bytes = records(3)
    bytes[3073] = 10
    writeFileSync(join(folder, 'train.bin'), bytes)
    writeFileSync(join(folder, 'test.bin'), records(1))
    await expect(load()).rejects.toSatisfy(
      fails('UMBRA_FILE_CORRUPT', 'expected labels 0 to 9', 'label 10 in record 1', 'not a file of CIFAR-10'),
    )
  })
})

describe('the checksum of contents', () => {
  it('is that of the records in any order, and of no others', () => {
    const [a, b, c] = [1, 2, 3].map((value) => Buffer.alloc(5, value)) as [Buffer, Buffer, Buffer]
    const sum = contentChecksum(Buffer.concat([a, b, c]), 5)
    expect(contentChecksum(Buffer.concat([c, a, b]), 5)).toBe(sum)
    expect(contentChecksum(Buffer.concat([a, b, b]), 5)).not.toBe(sum)
  })
})
