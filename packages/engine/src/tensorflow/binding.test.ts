import * as tf from '@tensorflow/tfjs-core'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import process from 'node:process'
import { gzipSync } from 'node:zlib'
import { createTar } from 'nanotar'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../testing/temporary-folder.js'
import { BINDING, installedBinding, isNeeded } from './binding-source.js'
import { fetchBinding } from './fetch-binding.js'
import { loadKernels } from './load-kernels.js'
import { copyBinding, unpackBinding } from './place-binding.js'

const root = temporaryFolder()
let count = 0
const fresh = (): string => join(root, `folder-${count++}`)
afterEach(() => vi.unstubAllEnvs())

const FILE = 'tensorflow-tfjs-node-gpu-4.22.0.tgz'
const tarball = gzipSync(
  createTar([
    { name: 'package/package.json', data: `{"version":"${BINDING.version}"}` },
    { name: 'package/binding/tfjs_binding.cc', data: 'int x;' },
    { name: 'package/dist/nodejs_kernel_backend.js', data: 'exports.x = 1' },
    { name: 'package/dist/kernels/Add.js', data: 'exports.a = 1' },
    { name: 'package/dist/../../out.js', data: 'no' },
    { name: 'package/scripts/install.js', data: 'no' },
  ]),
)
const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort()

/** An npm that answers as told. */
function npm(script: string): void {
  const bin = fresh()
  mkdirSync(bin)
  writeFileSync(join(bin, 'npm'), `#!/bin/sh\n${script}\n`)
  chmodSync(join(bin, 'npm'), 0o755)
  vi.stubEnv('PATH', `${bin}${delimiter}${process.env.PATH}`)
}

describe('the release of tfjs-node', () => {
  it('is that of tfjs-core, of package.json and of the lockfile', () => {
    const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      readonly devDependencies: Readonly<Record<string, string>>
    }
    const lockfile = readFileSync(new URL('../../../../pnpm-lock.yaml', import.meta.url), 'utf8')
    expect(tf.version_core).toBe(BINDING.version)
    expect(manifest.devDependencies[BINDING.name]).toBe(BINDING.version)
    const [, locked] =
      new RegExp(`'${BINDING.name}@${BINDING.version}':\\s+resolution: \\{integrity: ([^,}]+)`).exec(
        lockfile,
      ) ?? []
    expect(locked).toBe(BINDING.integrity)
  })

  it('is loaded from the files that are needed alone, beside nothing', async () => {
    const folder = fresh()
    await copyBinding(installedBinding()!, folder)
    expect(readdirSync(folder).sort()).toEqual(['binding', 'dist', 'package.json'])
    const Backend = loadKernels(folder)
    expect(Object.keys(Backend.prototype as object)).toContain('executeSingleOutput')
    expect(tf.getKernel('Conv2D', 'tensorflow')).toBeDefined()
  })

  it.each(['scripts/install.js', 'dist/index.js', 'dist/kernels/a/b.js', 'binding/../x.cc', '/package.json'])(
    'needs no %s',
    (path) => expect(isNeeded(path)).toBe(false),
  )
})

describe('fetchBinding', () => {
  it('has npm fetch the tarball, and keeps nothing in the cache', async () => {
    const source = fresh()
    mkdirSync(source)
    writeFileSync(join(source, FILE), tarball)
    npm(
      `[ "$2" = "@tensorflow/tfjs-node-gpu@4.22.0" ] && [ "$3" = "--ignore-scripts" ] && cp "${source}/${FILE}" "$6"`,
    )
    const cache = fresh()
    const bytes = await fetchBinding({ cache, integrity })
    expect(Buffer.from(bytes).equals(tarball)).toBe(true)
    expect(readdirSync(join(cache, 'downloads'))).toEqual([])
    const folder = fresh()
    await unpackBinding(bytes, folder)
    expect(filesIn(folder)).toEqual(['Add.js', 'nodejs_kernel_backend.js', 'package.json', 'tfjs_binding.cc'])
    expect(existsSync(join(root, 'out.js'))).toBe(false)
  })

  it('refuses another tarball', async () => {
    const from = fresh()
    mkdirSync(from)
    writeFileSync(join(from, FILE), tarball)
    await expect(fetchBinding({ cache: fresh(), from })).rejects.toMatchObject({
      code: 'UMBRA_DOWNLOAD_CHECKSUM',
    })
    expect((await fetchBinding({ cache: fresh(), from, integrity })).length).toBe(tarball.length)
  })

  it('says what npm said', async () => {
    npm('echo "npm error 404 Not Found" >&2; echo "npm error A complete log of this run" >&2; exit 1')
    const failure = fetchBinding({ cache: fresh() })
    await expect(failure).rejects.toMatchObject({ code: 'UMBRA_DOWNLOAD' })
    await expect(failure).rejects.toThrow(/received 404 Not Found\. Check the network and npm's settings/)
  })

  it('says how to put the tarball into the folder of the wheels', async () => {
    await expect(fetchBinding({ cache: fresh(), from: fresh() })).rejects.toThrow(
      /Run "npm pack @tensorflow\/tfjs-node-gpu@4\.22\.0" in that folder/,
    )
  })
})

it('says that an archive is damaged', async () => {
  await expect(unpackBinding(Buffer.from('x'), fresh())).rejects.toMatchObject({ code: 'UMBRA_ARCHIVE' })
})
