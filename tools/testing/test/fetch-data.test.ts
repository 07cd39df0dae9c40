import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DATA } from '../../../scripts/data-files.mjs'
import { FetchFailed, fetchFile } from '../../../scripts/fetch-file.mjs'
import { fetchSet } from '../../../scripts/fetch-set.mjs'
import { type Answer, type DataServer, serveData } from './data-server.js'

const BYTES = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 251))
const OTHER = Buffer.from(BYTES).fill(7, 10, 20)
const sumOf = (hash: string, bytes: Buffer): string => createHash(hash).update(bytes).digest('hex')
const OPTIONS = { retries: 2, pause: 1 }

let root: string
let received: Promise<void>
let onProgress: () => void
let server: DataServer | undefined
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'umbra-fetch-'))
  received = new Promise((resolve) => {
    onProgress = resolve
  })
})
afterEach(async () => {
  await server?.close()
  server = undefined
  rmSync(root, { recursive: true })
})

describe('fetchFile', () => {
  const target = (): string => join(root, 'weights', 'a.bin')
  async function fetchFrom(answers: readonly Answer[], there?: Buffer, hash: 'md5' | 'sha256' = 'sha256') {
    server = await serveData({ '/a.bin': answers, '/moved/a.bin': [{ kind: 'file', bytes: BYTES }] })
    if (there !== undefined) {
      mkdirSync(join(root, 'weights'))
      writeFileSync(`${target()}.part`, there)
    }
    const file = { name: 'a.bin', url: `${server.url}/a.bin`, hash, sum: sumOf(hash, BYTES) }
    await fetchFile(file, target(), { ...OPTIONS, onProgress })
  }
  /** The file and nothing else. */
  const expectFetched = (): void => {
    expect(readFileSync(target()).equals(BYTES)).toBe(true)
    expect(readdirSync(join(root, 'weights'))).toEqual(['a.bin'])
  }
  const file: Answer = { kind: 'file', bytes: BYTES }

  it.each(['md5', 'sha256'] as const)('fetches a file and verifies its %s', async (hash) => {
    await fetchFrom([file], undefined, hash)
    expectFetched()
    expect(server?.requests).toEqual(['/a.bin'])
  })

  it('follows a redirect', async () => {
    await fetchFrom([{ kind: 'redirect', to: '/moved/a.bin' }])
    expectFetched()
    expect(server?.requests).toEqual(['/a.bin', '/moved/a.bin'])
  })

  it('goes on from where the connection broke', async () => {
    await fetchFrom([{ kind: 'broken', bytes: BYTES, after: 300, received }, file])
    expectFetched()
    expect(server?.requests).toEqual(['/a.bin', '/a.bin bytes=300-'])
  })

  it('goes on from what an earlier time left', async () => {
    await fetchFrom([file], BYTES.subarray(0, 400))
    expectFetched()
    expect(server?.requests).toEqual(['/a.bin bytes=400-'])
  })

  it('takes a whole file where the server knows no ranges', async () => {
    await fetchFrom([{ kind: 'whole', bytes: BYTES }], BYTES.subarray(0, 400))
    expectFetched()
  })

  it('uses a part that was whole already', async () => {
    await fetchFrom([file], BYTES)
    expectFetched()
  })

  it('begins again where the part has more bytes than the file', async () => {
    await fetchFrom([file], Buffer.concat([BYTES, BYTES]))
    expectFetched()
  })

  it('begins again where the part is of another version', async () => {
    await fetchFrom([file], OTHER.subarray(0, 400))
    expectFetched()
    expect(server?.requests).toEqual(['/a.bin bytes=400-', '/a.bin'])
  })

  it('tries again when the server is busy', async () => {
    await fetchFrom([{ kind: 'status', status: 503 }, file])
    expectFetched()
  })

  it('keeps nothing of a file with another checksum', async () => {
    await expect(fetchFrom([{ kind: 'file', bytes: OTHER }])).rejects.toThrow(
      `a.bin: sha256 is ${sumOf('sha256', OTHER)}, not ${sumOf('sha256', BYTES)}`,
    )
    expect(readdirSync(join(root, 'weights'))).toEqual([])
  })

  it('does not ask again for missing files', async () => {
    await expect(fetchFrom([{ kind: 'status', status: 404 }])).rejects.toThrow('a.bin: HTTP status 404')
    expect(server?.requests).toEqual(['/a.bin'])
  })

  it('gives up after some attempts, and leaves what arrived for the next time', async () => {
    await expect(
      fetchFrom([
        { kind: 'broken', bytes: BYTES, after: 300, received },
        { kind: 'status', status: 500 },
      ]),
    ).rejects.toThrow(FetchFailed)
    expect(readdirSync(join(root, 'weights'))).toEqual(['a.bin.part'])
    expect(readFileSync(`${target()}.part`).equals(BYTES.subarray(0, 300))).toBe(true)
  })
})

describe('fetchSet', () => {
  const CONTENTS = { 'train.bin': 'training images', 'test.bin': 'test images' }
  const members = { 'train.bin': 15, 'test.bin': 11 }

  /** A set whose archive has these files, and the archive. */
  async function packedSet(contents: Readonly<Record<string, string>>) {
    const source = mkdtempSync(join(root, 'source-'))
    mkdirSync(join(source, 'cifar-x'))
    for (const [name, text] of Object.entries(contents)) writeFileSync(join(source, 'cifar-x', name), text)
    execFileSync('tar', ['-czf', 'x.tar.gz', 'cifar-x'], { cwd: source })
    const bytes = readFileSync(join(source, 'x.tar.gz'))
    server = await serveData({ '/x.tar.gz': [{ kind: 'file', bytes }] })
    const sum = sumOf('md5', bytes)
    const archive = { name: 'x.tar.gz', url: `${server.url}/x.tar.gz`, hash: 'md5' as const, sum }
    return { id: 'x', title: 'X', folder: 'x-binary', archive, members }
  }
  const folder = (): string => join(root, 'x-binary')

  it('leaves the unpacked files of an archive, and fetches them once', async () => {
    const set = await packedSet({ ...CONTENTS, 'readme.html': 'not wanted' })
    await fetchSet(set, root, OPTIONS)
    expect(readdirSync(folder()).sort()).toEqual(['test.bin', 'train.bin'])
    expect(readFileSync(join(folder(), 'train.bin'), 'utf8')).toBe('training images')
    await fetchSet(set, root, OPTIONS)
    expect(server?.requests).toEqual(['/x.tar.gz'])
  })

  it('fetches again where a file has another size', async () => {
    const set = await packedSet(CONTENTS)
    mkdirSync(folder())
    writeFileSync(join(folder(), 'train.bin'), 'training')
    writeFileSync(join(folder(), 'test.bin'), 'test images')
    await fetchSet(set, root, OPTIONS)
    expect(readFileSync(join(folder(), 'train.bin'), 'utf8')).toBe('training images')
  })

  it('names no file of an archive that lacks one', async () => {
    const set = await packedSet({ 'train.bin': 'training images', 'test.bin': 'images' })
    await expect(fetchSet(set, root, OPTIONS)).rejects.toThrow('lacks test.bin, or they have another size')
    expect(readdirSync(folder())).toEqual(['x.tar.gz'])
  })

  it('fetches the files of a set that are not there with the right bytes', async () => {
    server = await serveData({
      '/a.bin': [{ kind: 'file', bytes: BYTES }],
      '/b.bin': [{ kind: 'file', bytes: BYTES }],
    })
    const sum = sumOf('sha256', BYTES)
    const files = ['a.bin', 'b.bin'].map((name) => ({
      name,
      url: `https://x.invalid/${name}`,
      hash: 'sha256' as const,
      sum,
    }))
    mkdirSync(join(root, 'w'))
    writeFileSync(join(root, 'w', 'a.bin'), BYTES)
    writeFileSync(join(root, 'w', 'b.bin'), OTHER)
    await fetchSet({ id: 'w', title: 'W', folder: 'w', files }, root, {
      ...OPTIONS,
      mirror: `${server.url}/`,
    })
    expect(server.requests).toEqual(['/b.bin'])
    expect(readFileSync(join(root, 'w', 'b.bin')).equals(BYTES)).toBe(true)
  })
})

describe('the script', () => {
  const script = resolve(import.meta.dirname, '../../../scripts/fetch-data.mjs')
  async function run(...words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
    try {
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [script, ...words], {
        // Where npm was called; relative folders are resolved against it.
        env: { ...process.env, INIT_CWD: root },
      })
      return { code: 0, out: stdout, err: stderr }
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
      return { code, out: stdout, err: stderr }
    }
  }

  it('lists every file with its checksum, and fetches nothing', async () => {
    const { code, out } = await run('--list', '--to', root)
    expect(code).toBe(0)
    for (const set of DATA)
      for (const { url, sum } of 'archive' in set ? [set.archive] : set.files) {
        expect(out).toContain(url)
        expect(out).toContain(sum)
      }
    expect(out).toContain(join(root, 'cifar-10-binary'))
    expect(readdirSync(root)).toEqual([])
  })

  it('refuses files that are not the published ones, and names each', async () => {
    const names = DATA.flatMap((set) => ('archive' in set ? [] : set.files)).map(({ name }) => name)
    server = await serveData(
      Object.fromEntries(names.map((name) => [`/${name}`, [{ kind: 'file', bytes: BYTES }]])),
    )
    const { code, err } = await run('weights', '--to', 'data', '--mirror', server.url)
    expect(code).toBe(1)
    for (const name of names) expect(err).toContain(`${name}: sha256 is`)
    expect(readdirSync(join(root, 'data', 'weights'))).toEqual([])
  })

  it('lists the sets when asked for an unknown one', async () => {
    expect(await run('imagenet')).toMatchObject({
      code: 2,
      err: 'There is no imagenet; there are cifar10, cifar100, weights\n',
    })
    expect((await run('--form', 'x')).code).toBe(2)
  })
})
