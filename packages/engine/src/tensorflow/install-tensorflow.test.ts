import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join, sep } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type FileServer, fileServer, serve } from '../testing/file-server.js'
import { makeZip } from '../testing/make-zip.js'
import { temporaryFolder } from '../testing/temporary-folder.js'
import { type InstallOptions, installTensorflow } from './install-tensorflow.js'
import { listEngines, removeTensorflow } from './installed.js'
import { type WheelSource, thisPlatform, wheelSource } from './platform.js'

const root = temporaryFolder()
let count = 0
let server: FileServer | undefined

afterEach(async () => {
  vi.unstubAllEnvs()
  await server?.close()
})

const source = supportedHere()
const title = source === undefined ? ' (skipped: no libtensorflow is published for this platform)' : ''

function supportedHere(): WheelSource | undefined {
  try {
    return wheelSource(thisPlatform(), false)
  } catch {
    return undefined
  }
}

/** A platform tag that fits here. */
const TAG = ['manylinux_2_27_x86_64', 'manylinux_2_27_aarch64', 'macosx_12_0_arm64'].find((tag) =>
  source?.tag.test(tag),
)
const WHEEL = `${source?.project.replace('-', '_')}-2.21.0-cp310-cp310-${TAG}.whl`

const CONTENTS = [
  ...(source?.libraries ?? []).map((name) => ({ name: `tensorflow/${name}`, data: `the library ${name}` })),
  { name: 'tensorflow/include/tensorflow/c/c_api.h', data: '// declarations' },
  { name: 'tensorflow/python/evil.py', data: 'evil()' },
]

/** A stand-in for the compiler: answers --version and writes its output file, or fails. */
function compiler(fails = false): string {
  const path = join(root, `compiler-${count++}`)
  const build = fails
    ? 'echo "noise" >&2; echo "tfjs_backend.cc:1: error: no such thing" >&2; exit 1'
    : 'while [ $# -gt 0 ]; do if [ "$1" = "-o" ]; then echo built > "$2"; fi; shift; done'
  writeFileSync(
    path,
    `#!/bin/sh\nif [ "$1" = "--version" ]; then echo "stand-in 1.0"; exit 0; fi\n${build}\n`,
  )
  chmodSync(path, 0o755)
  return path
}

/** An index with one wheel, and an empty cache. */
async function setUp(wheel: Buffer, { name = WHEEL, sha256 = digest(wheel), cxx = compiler() } = {}) {
  vi.stubEnv('CXX', cxx)
  const page = (url: string) =>
    JSON.stringify({ files: [{ filename: name, url, hashes: { sha256 }, size: wheel.length }] })
  server = await fileServer((request, response) => {
    if (request.url === `/simple/${source?.project}/`) response.end(page('../../wheel'))
    else if (request.url === '/wheel') serve(wheel, request, response)
    else response.writeHead(404).end()
  })
  const cache = join(root, `cache-${count++}`)
  const options: InstallOptions = { index: `${server.url}/simple`, cache }
  return { cache, options, requests: server.requests }
}

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** Everything in the cache but empty folders and the kernels of tfjs-node. */
const leftovers = (cache: string): string[] =>
  existsSync(cache)
    ? readdirSync(cache, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.parentPath.includes(`${sep}tfjs-node`))
        .map((entry) => entry.name)
    : []

describe.skipIf(source === undefined)(`installTensorflow${title}`, () => {
  it('downloads, unpacks what is needed, builds and renames into place', async () => {
    const wheel = makeZip(CONTENTS)
    const { cache, options } = await setUp(wheel)
    const phases: string[] = []
    const engine = await installTensorflow(options, ({ phase }) => {
      if (phases.at(-1) !== phase) phases.push(phase)
    })
    expect(phases).toEqual(['find', 'download', 'unpack', 'build', 'done'])
    expect(engine).toMatchObject({
      name: '2.21.0',
      version: '2.21.0',
      gpu: false,
      wheel: WHEEL,
      sha256: digest(wheel),
      compiler: 'stand-in 1.0',
    })
    expect(leftovers(cache).sort()).toEqual(
      ['manifest.json', 'quiet.node', 'tfjs_binding.node', ...(source?.libraries ?? [])].sort(),
    )
    const library = join(engine.folder, 'tensorflow', source?.libraries[0] ?? '')
    expect(readFileSync(library, 'utf8')).toBe(`the library ${source?.libraries[0]}`)
    expect(listEngines(cache)).toEqual([engine])
  })

  it('does nothing where it is installed, and everything again with force', async () => {
    const { options, requests } = await setUp(makeZip(CONTENTS))
    const first = await installTensorflow(options)
    const asked = requests.length
    expect(await installTensorflow(options)).toEqual(first)
    expect(requests).toHaveLength(asked)
    await installTensorflow({ ...options, force: true })
    expect(requests.length).toBeGreaterThan(asked)
  })

  it('installs once where two ask for it at the same time', async () => {
    const { options, requests } = await setUp(makeZip(CONTENTS))
    const [one, two] = await Promise.all([installTensorflow(options), installTensorflow(options)])
    expect(one).toEqual(two)
    expect(requests.filter((request) => request.includes('/wheel'))).toHaveLength(1)
  })

  it('takes a wheel from a folder and leaves it there', async () => {
    const { cache } = await setUp(makeZip(CONTENTS))
    const from = temporaryFolder()
    writeFileSync(join(from, WHEEL), makeZip(CONTENTS))
    const engine = await installTensorflow({ from, cache })
    expect(engine.sha256).toBe(digest(makeZip(CONTENTS)))
    expect(readdirSync(from)).toEqual([WHEEL])
    expect(server?.requests).toEqual([])
  })

  it('is removed by name', async () => {
    const { cache, options } = await setUp(makeZip(CONTENTS))
    await installTensorflow(options)
    await expect(removeTensorflow('2.21', cache)).rejects.toMatchObject({ code: 'UMBRA_UNKNOWN_ID' })
    expect(await removeTensorflow('2.21.0', cache)).toEqual(['2.21.0'])
    expect(listEngines(cache)).toEqual([])
  })

  it('clears away what a killed installation left', async () => {
    const { cache, options } = await setUp(makeZip(CONTENTS))
    const stale = join(cache, 'tensorflow', '.staging-dead')
    mkdirSync(stale, { recursive: true })
    await installTensorflow(options)
    expect(existsSync(stale)).toBe(false)
  })
})

describe.skipIf(source === undefined)(`installTensorflow, refused${title}`, () => {
  it.each([
    ['a wheel with another checksum', { sha256: 'ab'.repeat(32) }, 'UMBRA_DOWNLOAD_CHECKSUM', /sha256/],
    [
      'no wheel of this version',
      { name: WHEEL.replace('2.21.0', '2.20.0') },
      'UMBRA_ENGINE_PLATFORM',
      /2\.20\.0/,
    ],
    [
      'no wheel of this platform',
      { name: WHEEL.replace(String(TAG), 'win_amd64') },
      'UMBRA_ENGINE_PLATFORM',
      /wasm/,
    ],
  ])('%s', async (_name, forged, code, text) => {
    const { cache, options } = await setUp(makeZip(CONTENTS), forged)
    const failure = installTensorflow(options)
    await expect(failure).rejects.toMatchObject({ code })
    await expect(failure).rejects.toThrow(text)
    expect(leftovers(cache)).toEqual([])
  })

  it('a wheel without the headers', async () => {
    const { cache, options } = await setUp(makeZip(CONTENTS.slice(0, 2)))
    await expect(installTensorflow(options)).rejects.toMatchObject({ code: 'UMBRA_ARCHIVE' })
    expect(listEngines(cache)).toEqual([])
  })

  it('a project the index does not have', async () => {
    const { options } = await setUp(makeZip(CONTENTS))
    const failure = installTensorflow({ ...options, index: `${server?.url}/elsewhere` })
    await expect(failure).rejects.toMatchObject({ code: 'UMBRA_DOWNLOAD' })
  })

  it('a compiler that fails: its last lines are shown, and nothing is half-installed', async () => {
    const { cache, options, requests } = await setUp(makeZip(CONTENTS), { cxx: compiler(true) })
    const failure = installTensorflow(options)
    await expect(failure).rejects.toMatchObject({ code: 'UMBRA_ENGINE_BUILD' })
    await expect(failure).rejects.toThrow(/stand-in 1\.0.*error: no such thing/s)
    // The wheel stays: the next attempt need not download it.
    expect(leftovers(cache)).toEqual([WHEEL])
    vi.stubEnv('CXX', compiler())
    await installTensorflow(options)
    expect(requests.filter((request) => request.includes('/wheel'))).toHaveLength(1)
  })

  it('no compiler, before anything is downloaded', async () => {
    const { options, requests } = await setUp(makeZip(CONTENTS))
    vi.stubEnv('CXX', undefined)
    vi.stubEnv('PATH', root)
    const failure = installTensorflow(options)
    await expect(failure).rejects.toMatchObject({ code: 'UMBRA_ENGINE_COMPILER' })
    await expect(failure).rejects.toThrow(/(apt install g\+\+|xcode-select).*wasm/)
    expect(requests).toEqual([])
  })

  it('an interruption while unpacking', async () => {
    const { cache, options } = await setUp(makeZip(CONTENTS))
    const stop = new AbortController()
    const failure = installTensorflow({ ...options, signal: stop.signal }, ({ phase }) => {
      if (phase === 'unpack') stop.abort()
    })
    await expect(failure).rejects.toMatchObject({ code: 'UMBRA_INTERRUPTED' })
    expect(listEngines(cache)).toEqual([])
    expect(readdirSync(join(cache, 'tensorflow'))).toEqual([])
  })

  it('a cache that cannot be a folder', async () => {
    const { options } = await setUp(makeZip(CONTENTS))
    const file = join(root, 'a-file')
    writeFileSync(file, '')
    await expect(installTensorflow({ ...options, cache: join(file, 'x') })).rejects.toMatchObject({
      code: 'UMBRA_WRITE',
    })
  })

  it.each(['latest', '2.21.0; rm', '../2'])('the version "%s"', async (version) => {
    await expect(installTensorflow({ version })).rejects.toMatchObject({ code: 'UMBRA_OPTION' })
  })
})

const gpuHere = process.platform === 'linux' && process.arch === 'x64' && source !== undefined
const gpuTitle = gpuHere ? '' : ' (skipped: published for Linux on x64 only)'

describe.skipIf(!gpuHere)(`installTensorflow with gpu${gpuTitle}`, () => {
  const MAIN = `tensorflow-2.21.0-cp310-cp310-${TAG}.whl`
  const metadata = ['cublas-cu12<13.0,>=12.5', 'cudnn-cu12<10,>=9.3', 'cuda-nvcc-cu12>=12.5']
    .map((requirement) => `Requires-Dist: nvidia-${requirement}; extra == "and-cuda"`)
    .join('\n')
  const main = makeZip([
    ...CONTENTS,
    { name: 'tensorflow-2.21.0.dist-info/METADATA', data: `Name: tensorflow\n${metadata}\n` },
  ])
  const part = (name: string) =>
    makeZip([
      { name: `nvidia/${name}/lib/lib${name}.so.12`, data: `the library ${name}` },
      { name: `nvidia/${name}/include/${name}.h`, data: '// not needed' },
      { name: `nvidia/${name}/__init__.py`, data: 'evil()' },
    ])
  const wheelOf = (name: string, version: string): string =>
    `nvidia_${name}_cu12-${version}-py3-none-manylinux1_x86_64.whl`
  const SHELF: Readonly<Record<string, Readonly<Record<string, Buffer>>>> = {
    tensorflow: { [MAIN]: main },
    'nvidia-cublas-cu12': {
      [wheelOf('cublas', '12.4')]: part('old'),
      [wheelOf('cublas', '12.9.1')]: part('cublas'),
      [wheelOf('cublas', '13.1')]: part('new'),
    },
    'nvidia-cudnn-cu12': { [wheelOf('cudnn', '9.10')]: part('cudnn') },
  }

  async function gpuIndex(forged?: string) {
    vi.stubEnv('CXX', compiler())
    const files = new Map(Object.values(SHELF).flatMap((wheels) => Object.entries(wheels)))
    server = await fileServer((request, response) => {
      const [, folder, name] = (request.url ?? '').split('/')
      const wheels = folder === 'simple' ? SHELF[name!] : undefined
      const file = folder === 'files' ? files.get(name!) : undefined
      if (file !== undefined) {
        serve(file, request, response)
        return
      }
      if (wheels === undefined) return void response.writeHead(404).end()
      const page = Object.entries(wheels).map(([filename, bytes]) => ({
        filename,
        url: `../../files/${filename}`,
        hashes: { sha256: filename === forged ? 'ab'.repeat(32) : digest(bytes) },
        size: bytes.length,
      }))
      response.end(JSON.stringify({ files: page }))
    })
    const cache = join(root, `cache-${count++}`)
    return { cache, options: { gpu: true, index: `${server.url}/simple`, cache }, requests: server.requests }
  }

  it('lays the CUDA libraries out beside libtensorflow, as it looks for them', async () => {
    const { cache, options, requests } = await gpuIndex()
    const engine = await installTensorflow(options)
    expect(engine).toMatchObject({ name: '2.21.0-gpu', gpu: true, wheel: MAIN })
    expect(engine.companions).toEqual([
      { wheel: wheelOf('cublas', '12.9.1'), sha256: digest(part('cublas')) },
      { wheel: wheelOf('cudnn', '9.10'), sha256: digest(part('cudnn')) },
    ])
    const library = join(engine.folder, 'tensorflow', '..', 'nvidia', 'cublas', 'lib', 'libcublas.so.12')
    expect(readFileSync(library, 'utf8')).toBe('the library cublas')
    expect(leftovers(cache).sort()).toEqual(
      ['libcublas.so.12', 'libcudnn.so.12', 'manifest.json', 'quiet.node', 'tfjs_binding.node']
        .concat(source?.libraries ?? [])
        .sort(),
    )
    expect(requests.some((request) => request.includes('nvcc'))).toBe(false)
    expect(listEngines(cache)).toEqual([engine])
  })

  it('refuses a CUDA wheel with another checksum, and installs nothing', async () => {
    const { cache, options } = await gpuIndex(wheelOf('cudnn', '9.10'))
    await expect(installTensorflow(options)).rejects.toMatchObject({ code: 'UMBRA_DOWNLOAD_CHECKSUM' })
    expect(listEngines(cache)).toEqual([])
    expect(leftovers(cache).sort()).toEqual([wheelOf('cublas', '12.9.1'), MAIN].sort())
  })
})
