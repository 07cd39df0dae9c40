import { UmbraError } from '@umbra/core'

/** A platform for libtensorflow. */
export interface Platform {
  readonly os: string
  readonly arch: string
  /** Whether the C library is glibc, which the wheels are built for. Only meaningful on Linux. */
  readonly glibc: boolean
}

/** The project of the package index with libtensorflow for a platform, and the tags of its wheels. */
export interface WheelSource {
  readonly project: string
  /** Matches the platform tag of a wheel's name. */
  readonly tag: RegExp
  /** File names of the two libraries inside the wheel's `tensorflow` folder. */
  readonly libraries: readonly [string, string]
}

export function thisPlatform(): Platform {
  return { os: process.platform, arch: process.arch, glibc: hasGlibc() }
}

/** Throws UMBRA_ENGINE_PLATFORM if no published wheel has libtensorflow. */
export function wheelSource(platform: Platform, gpu: boolean): WheelSource {
  const { os, arch, glibc } = platform
  if (gpu && !(os === 'linux' && arch === 'x64')) throw unsupported(platform, 'Linux on x64 for --gpu')
  if (os === 'linux' && glibc && arch === 'x64') {
    return { project: gpu ? 'tensorflow' : 'tensorflow-cpu', tag: /^manylinux.*_x86_64$/, libraries: LINUX }
  }
  if (os === 'linux' && glibc && arch === 'arm64') {
    return { project: 'tensorflow', tag: /^manylinux.*_aarch64$/, libraries: LINUX }
  }
  if (os === 'darwin' && arch === 'arm64') {
    return { project: 'tensorflow', tag: /^macosx_.*_arm64$/, libraries: MAC }
  }
  throw unsupported(platform, 'Linux with glibc on x64 or arm64, or macOS on arm64')
}

const LINUX = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'] as const
const MAC = ['libtensorflow_cc.2.dylib', 'libtensorflow_framework.2.dylib'] as const

function unsupported({ os, arch, glibc }: Platform, expected: string): UmbraError {
  return new UmbraError('UMBRA_ENGINE_PLATFORM', {
    subject: 'tensorflow engine',
    expected,
    received: `${os} on ${arch}${os === 'linux' && !glibc ? ' without glibc' : ''}`,
    remedy: 'Use the wasm engine, which needs only npm',
  })
}

function hasGlibc(): boolean {
  if (process.platform !== 'linux') return false
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } }
  return report.header?.glibcVersionRuntime !== undefined
}
