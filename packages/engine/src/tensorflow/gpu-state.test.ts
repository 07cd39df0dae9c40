import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../testing/temporary-folder.js'
import { gpuState, hasGpuDevice } from './gpu-state.js'
import { byUse, type InstalledEngine } from './installed.js'

const LINUX = { os: 'linux', arch: 'x64', glibc: true }
const engine = (name: string): InstalledEngine =>
  ({ name, version: name.replace('-gpu', ''), gpu: name.endsWith('-gpu') }) as InstalledEngine
const smi = (driver: string) => () => `NVIDIA A, 81559, ${driver}\nNVIDIA B, [N/A], ${driver}\n`
const nothing = (): undefined => undefined

/** A file system with these files. */
function root(files: Readonly<Record<string, string>> = {}): string {
  const folder = temporaryFolder()
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

const DRIVER = {
  'proc/driver/nvidia/version':
    'NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug 19 01:15:15 UTC 2023\n',
}
const PCI = {
  'sys/bus/pci/devices/0000:01:00.0/vendor': '0x10de\n',
  'sys/bus/pci/devices/0000:01:00.0/class': '0x030000\n',
}
const DEVICE = { 'dev/nvidia0': '', 'dev/nvidiactl': '' }

const WSL = root({ 'dev/dxg': '', 'usr/lib/wsl/lib/libcuda.so.1': '' })

describe('gpuState', () => {
  it('lists devices and driver, and misses nothing where the library is there', () => {
    const found = gpuState(LINUX, true, { root: root(), nvidiaSmi: smi('550.1') })
    const devices = [{ name: 'NVIDIA A', memory: 81559 * 2 ** 20 }, { name: 'NVIDIA B' }]
    expect(found).toEqual({ devices, driver: '550.1', library: true })
  })

  it.each([
    ['no library', LINUX, false, DEVICE, smi('550.1'), /no libtensorflow for GPUs/, /engine install --gpu/],
    ['an old driver', LINUX, false, DEVICE, smi('470.82'), /525 or newer, this is 470\.82/, /driver/],
    ['a GPU without a driver', LINUX, false, PCI, nothing, /no driver/, /Install NVIDIA's/],
    ['a driver without a device', LINUX, false, DRIVER, nothing, /shows no device/, /--gpus all/],
    ['a library without a GPU', LINUX, true, {}, nothing, /no NVIDIA GPU/, /processor/],
    ['another platform', { ...LINUX, arch: 'arm64' }, false, DEVICE, smi('550.1'), /x64 only/, /webgpu/],
  ] as const)('tells of %s', (_, platform, library, files, nvidiaSmi, missing, remedy) => {
    const found = gpuState(platform, library, { root: root(files), nvidiaSmi })
    expect(found.missing).toMatch(missing)
    expect(found.remedy).toMatch(remedy)
  })

  it('reads files where nvidia-smi is missing', () => {
    const surroundings = { root: root({ ...DEVICE, ...DRIVER }), nvidiaSmi: nothing }
    expect(gpuState(LINUX, true, surroundings)).toEqual({
      devices: [{ name: '/dev/nvidia0' }],
      driver: '535.104.05',
      library: true,
    })
  })

  it('takes the device of WSL for an NVIDIA one where their driver for Windows is mounted', () => {
    const other = root({ 'dev/dxg': '' })
    expect([hasGpuDevice(WSL), hasGpuDevice(other)]).toEqual([true, false])
    const found = gpuState(LINUX, true, { root: WSL, nvidiaSmi: nothing })
    expect(found.devices).toEqual([{ name: '/dev/dxg' }])
    expect(found.remedy).toMatch(/driver in Windows/)
    const told = gpuState(LINUX, true, { root: WSL, nvidiaSmi: smi('550.1') })
    expect(told).toMatchObject({ driver: '550.1', devices: [{ name: 'NVIDIA A' }, { name: 'NVIDIA B' }] })
    expect(told.missing).toBeUndefined()
    expect(gpuState(LINUX, false, { root: other, nvidiaSmi: nothing })).toEqual({
      devices: [],
      library: false,
    })
  })

  it('has nothing to say on a machine without any of it', () => {
    const found = gpuState(LINUX, false, { root: root(), nvidiaSmi: nothing })
    expect(found).toEqual({ devices: [], library: false })
  })
})

describe('the installation taken', () => {
  const all = ['2.22.0', '2.21.0-gpu', '2.21.0'].map(engine)

  it('is the one for GPUs where a device is there, else the other', () => {
    expect(byUse(all, true).map(({ name }) => name)).toEqual(['2.21.0-gpu', '2.22.0', '2.21.0'])
    expect(byUse(all, false).map(({ name }) => name)).toEqual(['2.22.0', '2.21.0', '2.21.0-gpu'])
    expect(byUse([engine('2.21.0-gpu')], false)).toHaveLength(1)
  })

  it('goes by the device files', () => {
    expect(hasGpuDevice(root(DEVICE))).toBe(true)
    expect(hasGpuDevice(root({ 'dev/nvidiactl': '' }))).toBe(false)
  })
})
