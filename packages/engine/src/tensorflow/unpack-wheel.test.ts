import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type ZipEntry, makeZip } from '../testing/make-zip.js'
import { temporaryFolder } from '../testing/temporary-folder.js'
import { readMetadata, unpackWheel } from './unpack-wheel.js'

const root = temporaryFolder()
let count = 0

function archive(entries: readonly ZipEntry[]) {
  const path = join(root, `wheel-${count}.whl`)
  writeFileSync(path, makeZip(entries))
  return { path, folder: join(root, 'out', String(count++)) }
}
const all = { isIncluded: () => true }
const refusal = { code: 'UMBRA_ARCHIVE' }

describe('unpackWheel', () => {
  it('writes what is wanted and nothing else', async () => {
    const { path, folder } = archive([
      { name: 'a/', data: '' },
      { name: 'a/b.txt', data: 'hello' },
      { name: 'c.py', data: 'evil()' },
    ])
    const seen: [number, number][] = []
    const written = await unpackWheel(path, folder, {
      isIncluded: (name) => name.endsWith('.txt'),
      onProgress: (done, total) => seen.push([done, total]),
    })
    expect(written).toEqual(['a/b.txt'])
    expect(readFileSync(join(folder, 'a', 'b.txt'), 'utf8')).toBe('hello')
    expect(readdirSync(folder)).toEqual(['a'])
    expect(seen.at(-1)).toEqual([5, 5])
  })

  it.each(['../out.txt', 'a/../../out.txt', '/out.txt', 'a\\..\\out.txt', 'C:/out.txt'])(
    'refuses an entry named %s and writes nothing',
    async (name) => {
      const { path, folder } = archive([
        { name: 'good.txt', data: 'x' },
        { name, data: 'escaped' },
      ])
      await expect(unpackWheel(path, folder, all)).rejects.toMatchObject(refusal)
      expect(existsSync(folder)).toBe(false)
    },
  )

  it('refuses a symbolic link', async () => {
    const { path, folder } = archive([{ name: 'link', data: '/etc/passwd', mode: 0o120777 }])
    await expect(unpackWheel(path, folder, all)).rejects.toMatchObject(refusal)
    expect(existsSync(folder)).toBe(false)
  })

  it('refuses archives beyond the limits before writing', async () => {
    const { path, folder } = archive([
      { name: 'a', data: 'x'.repeat(60) },
      { name: 'b', data: 'x'.repeat(60) },
    ])
    const limited = (limits: { entries: number; bytes: number }) =>
      unpackWheel(path, folder, { ...all, limits })
    await expect(limited({ entries: 10, bytes: 100 })).rejects.toMatchObject(refusal)
    await expect(limited({ entries: 1, bytes: 1000 })).rejects.toMatchObject(refusal)
    expect(existsSync(folder)).toBe(false)
  })

  it('refuses damaged contents: a wrong checksum, a wrong size, a cut file', async () => {
    const wrong = archive([{ name: 'a', data: 'hello', crc: 1 }])
    await expect(unpackWheel(wrong.path, wrong.folder, all)).rejects.toMatchObject(refusal)
    const short = archive([{ name: 'a', data: 'hello', size: 500 }])
    await expect(unpackWheel(short.path, short.folder, all)).rejects.toMatchObject(refusal)
    const cut = archive([{ name: 'a', data: 'hello' }])
    writeFileSync(cut.path, readFileSync(cut.path).subarray(0, 50))
    await expect(unpackWheel(cut.path, cut.folder, all)).rejects.toMatchObject(refusal)
  })

  it('asks for room before writing', async () => {
    const { path, folder } = archive([{ name: 'a', data: 'hello' }])
    const reserve = (bytes: number) => Promise.reject(new Error(`no room for ${bytes}`))
    await expect(unpackWheel(path, folder, { ...all, reserve })).rejects.toThrow('no room for 5')
    expect(existsSync(folder)).toBe(false)
  })
})

describe('readMetadata', () => {
  it('reads the METADATA of the wheel itself', async () => {
    const { path } = archive([
      { name: 'x/y-1.dist-info/METADATA', data: 'other' },
      { name: 'a-1.dist-info/METADATA', data: 'Name: a' },
    ])
    expect(await readMetadata(path)).toBe('Name: a')
  })
})
