import type { Compiler } from './compiler.js'
import type { Platform, WheelSource } from './platform.js'

/** Progress of an installation. */
export interface InstallProgress {
  readonly phase: 'find' | 'download' | 'check' | 'unpack' | 'build' | 'done'
  /** The current item: name of a wheel, compiler, folder. */
  readonly item: string
  /** Bytes; 0 of 0 if there is nothing to count. */
  readonly done: number
  readonly total: number
}

/** Everything that an installation needs. */
export interface InstallJob {
  readonly platform: Platform
  readonly source: WheelSource
  readonly version: string
  readonly gpu: boolean
  readonly cache: string
  readonly compiler: Compiler
  readonly signal: AbortSignal | undefined
  readonly report: (progress: InstallProgress) => void
}
