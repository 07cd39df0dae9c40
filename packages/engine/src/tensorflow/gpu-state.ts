import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Platform } from './platform.js'

/** An NVIDIA GPU of this machine, named as by its driver. */
export interface GpuDeviceInfo {
  readonly name: string
  /** Bytes, if the driver reports it. */
  readonly memory?: number
}

/** State of tensorflow on a GPU: what there is, and what is missing. */
export interface GpuState {
  readonly devices: readonly GpuDeviceInfo[]
  /** Version of the NVIDIA driver. */
  readonly driver?: string
  /** Whether a libtensorflow for GPU is installed. */
  readonly library: boolean
  /** What prevents it, as one sentence; undefined if nothing does. */
  readonly missing?: string
  readonly remedy?: string
}

/** The parts of the machine that are examined; tests pass their own. */
export interface GpuContext {
  /** Root of the file system. */
  readonly root: string
  /** Output of `nvidia-smi` with arguments; undefined if it is missing or fails. */
  readonly nvidiaSmi: (args: readonly string[]) => string | undefined
}

/** CUDA 12 needs this driver on Linux (minor version compatibility, since 525.60.13). */
const OLDEST_DRIVER = 525

/** Looks for NVIDIA GPUs and their driver; `library` tells whether a libtensorflow for GPUs is installed. Loads nothing. */
export function gpuState(
  platform: Platform,
  library: boolean,
  { root, nvidiaSmi }: GpuContext = HERE,
): GpuState {
  const listed = listDevices(nvidiaSmi)
  const nodes = deviceNodes(root)
  const install = nodes.includes(WSL) ? WSL_DRIVER : DRIVER
  const devices = listed?.devices ?? nodes.map((name) => ({ name: `/dev/${name}` }))
  const driver = listed?.driver ?? driverOf(root)
  const facts = { devices, library, ...(driver === undefined ? {} : { driver }) }
  if (devices.length === 0) {
    if (driver !== undefined)
      return { ...facts, ...problem('there is a driver, but it shows no device', START) }
    if (onPci(root)) return { ...facts, ...problem('there is an NVIDIA GPU, but no driver', DRIVER) }
    return library
      ? { ...facts, ...problem('the library is for GPUs, but there is no NVIDIA GPU', CPU) }
      : facts
  }
  if (!(platform.os === 'linux' && platform.arch === 'x64')) {
    return { ...facts, ...problem('a libtensorflow for GPUs is published for Linux on x64 only', WEBGPU) }
  }
  if (driver === undefined)
    return { ...facts, ...problem('there is a device, but no driver answers', install) }
  if (Number.parseInt(driver, 10) < OLDEST_DRIVER) {
    return {
      ...facts,
      ...problem(`CUDA 12 needs driver ${OLDEST_DRIVER} or newer, this is ${driver}`, install),
    }
  }
  return library ? facts : { ...facts, ...problem('no libtensorflow for GPUs is installed', INSTALL) }
}

const INSTALL = 'Run "umbra engine install --gpu"'
const DRIVER = "Install NVIDIA's current driver"
const WSL_DRIVER = "Install NVIDIA's current driver in Windows; WSL needs no other"
const START =
  'Make the GPU available to this machine or container ("docker run --gpus all"), or restart after installing the driver'
const CPU = 'Nothing to do: it runs on the processor. "umbra engine install" takes less space'
const WEBGPU = 'Try --engine webgpu'

const problem = (missing: string, remedy: string): { missing: string; remedy: string } => ({
  missing,
  remedy,
})

function listDevices(
  nvidiaSmi: GpuContext['nvidiaSmi'],
): { devices: GpuDeviceInfo[]; driver: string } | undefined {
  const output = nvidiaSmi(['--query-gpu=name,memory.total,driver_version', '--format=csv,noheader,nounits'])
  const rows = (output ?? '').split('\n').map((line) => line.split(',').map((cell) => cell.trim()))
  const devices: GpuDeviceInfo[] = []
  let driver: string | undefined
  for (const [name, megabytes, version] of rows) {
    if (name === undefined || version === undefined || !/^\d+(\.\d+)*$/.test(version)) continue
    const memory = Number(megabytes) * 2 ** 20
    devices.push({ name, ...(memory > 0 ? { memory } : {}) })
    driver = version
  }
  return driver === undefined ? undefined : { devices, driver }
}

/** `NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  …`; open modules name the architecture later. */
function driverOf(root: string): string | undefined {
  try {
    const text = readFileSync(join(root, 'proc', 'driver', 'nvidia', 'version'), 'utf8')
    return /^NVRM version:.*?\s(\d+\.\d+(?:\.\d+)?)\s/m.exec(text)?.[1]
  } catch {
    return undefined
  }
}

/** Whether a display controller (class 03) of NVIDIA (vendor 10de) is on the bus. */
function onPci(root: string): boolean {
  const folder = join(root, 'sys', 'bus', 'pci', 'devices')
  const read = (device: string, file: string): string => {
    try {
      return readFileSync(join(folder, device, file), 'utf8').trim()
    } catch {
      return ''
    }
  }
  return names(folder).some(
    (device) => read(device, 'vendor') === '0x10de' && read(device, 'class').startsWith('0x03'),
  )
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function ask(program: string, args: readonly string[]): string | undefined {
  const { status, stdout }: SpawnSyncReturns<string> = spawnSync(program, [...args], {
    encoding: 'utf8',
    timeout: 10_000,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return status === 0 ? stdout : undefined
}

const HERE: GpuContext = {
  root: '/',
  // WSL's folder is not on every PATH.
  nvidiaSmi: (args) => ask('nvidia-smi', args) ?? ask(join('/', WSL_LIBRARIES, 'nvidia-smi'), args),
}

/** The device through which WSL reaches the GPUs of Windows, of any vendor. */
const WSL = 'dxg'
/** Where WSL has NVIDIA's part of the Windows driver. */
const WSL_LIBRARIES = join('usr', 'lib', 'wsl', 'lib')

/** Device files of NVIDIA GPUs. */
function deviceNodes(root: string): string[] {
  const wsl = existsSync(join(root, WSL_LIBRARIES, 'libcuda.so.1'))
  return names(join(root, 'dev')).filter((name) => /^nvidia\d+$/.test(name) || (name === WSL && wsl))
}

/** Whether there is a device for a libtensorflow for GPUs. Only reads the file system: it is called at every start. */
export const hasGpuDevice = (root = '/'): boolean => deviceNodes(root).length > 0
