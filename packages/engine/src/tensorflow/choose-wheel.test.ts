import { describe, expect, it } from 'vitest'
import type { IndexFile } from '../net/simple-index.js'
import { chooseCompanion, chooseWheel, wheelName } from './choose-wheel.js'
import { type Platform, wheelSource } from './platform.js'
import { requirementsOf } from './requirements.js'

const linux: Platform = { os: 'linux', arch: 'x64', glibc: true }
const file = (filename: string, size = 10, yanked = false): IndexFile => ({
  filename,
  url: `https://i.test/${filename}`,
  sha256: 'ab'.repeat(32),
  size,
  yanked,
})
const FILES = [
  file('tensorflow_cpu-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl', 30),
  file('tensorflow_cpu-2.21.0-cp310-cp310-manylinux_2_27_x86_64.whl', 20),
  file('tensorflow_cpu-2.21.0-cp310-cp310-win_amd64.whl', 1),
  file('tensorflow_cpu-2.21.0rc1-cp310-cp310-manylinux_2_27_x86_64.whl', 1),
  file('tensorflow_cpu-2.20.0-cp310-cp310-manylinux_2_17_x86_64.manylinux2014_x86_64.whl', 1),
  file('tensorflow_cpu-2.21.0.tar.gz', 1),
]
const source = wheelSource(linux, false)

describe('wheelSource', () => {
  it('knows which project has the libraries of a platform', () => {
    expect(source.project).toBe('tensorflow-cpu')
    expect(wheelSource(linux, true).project).toBe('tensorflow')
    expect(wheelSource({ ...linux, arch: 'arm64' }, false).project).toBe('tensorflow')
    expect(wheelSource({ os: 'darwin', arch: 'arm64', glibc: false }, false).libraries).toContain(
      'libtensorflow_cc.2.dylib',
    )
  })

  it.each<[Platform, boolean]>([
    [{ ...linux, glibc: false }, false],
    [{ os: 'win32', arch: 'x64', glibc: false }, false],
    [{ os: 'darwin', arch: 'x64', glibc: false }, false],
    [{ ...linux, arch: 'arm64' }, true],
  ])('refuses %o, GPU %s, and points to wasm', (platform, gpu) => {
    expect(() => wheelSource(platform, gpu)).toThrow(
      expect.objectContaining({
        code: 'UMBRA_ENGINE_PLATFORM',
        message: expect.stringContaining('wasm') as string,
      }) as Error,
    )
  })
})

describe('chooseWheel', () => {
  it('takes the smallest wheel of the version and platform', () => {
    expect(chooseWheel(FILES, source, '2.21.0', 'here').filename).toContain('cp310-cp310-manylinux')
  })

  it('reads a name with several platform tags', () => {
    expect(chooseWheel(FILES, source, '2.20.0', 'here').filename).toContain('2.20.0')
  })

  it('takes a yanked wheel only where there is no other', () => {
    const yanked = file('tensorflow_cpu-2.21.0-cp39-cp39-manylinux_2_27_x86_64.whl', 1, true)
    expect(chooseWheel([yanked, ...FILES], source, '2.21.0', 'here').yanked).toBe(false)
    expect(chooseWheel([yanked], source, '2.21.0', 'here').yanked).toBe(true)
  })

  it('lists the versions there are for one that is not, and names the nearest', () => {
    expect(() => chooseWheel(FILES, source, '2.21.1', 'here')).toThrow(/2\.21\.1 in here.*Did you mean "2\.2/)
  })

  it('says when there are wheels, but of other platforms', () => {
    const windows = FILES.filter(({ filename }) => filename.includes('win'))
    expect(() => chooseWheel(windows, source, '2.21.0', 'here')).toThrow(/wheels of other platforms/)
    expect(() => chooseWheel([], source, '2.21.0', 'here')).toThrow(/received no wheel/)
  })
})

describe('wheelName', () => {
  it('reads only names of wheels', () => {
    expect(wheelName('a_b-1.0-1-py3-none-any.whl')).toEqual({
      project: 'a-b',
      version: '1.0',
      platforms: ['any'],
    })
    expect(wheelName('a-1.0.tar.gz')).toBeUndefined()
    expect(wheelName('a-1.0.whl')).toBeUndefined()
  })
})

describe('chooseCompanion', () => {
  const [need] = requirementsOf('Requires-Dist: nvidia-x-cu12<13.0,>=12.5.3; extra == "and-cuda"', 'and-cuda')
  const wheel = (version: string) => file(`nvidia_x_cu12-${version}-py3-none-manylinux_2_27_x86_64.whl`)

  it('takes the newest that fulfils the requirement, comparing numbers as numbers', () => {
    const files = ['12.5.2', '12.9.1', '12.10.0', '13.0.1'].map(wheel)
    expect(chooseCompanion(files, source, need!, 'here').filename).toContain('12.10.0')
  })

  it('says what it wanted where there is none', () => {
    expect(() => chooseCompanion([wheel('12.5.2')], source, need!, 'here')).toThrow(/<13\.0, >=12\.5\.3/)
  })
})
