import type { BindingPackage } from './binding-package.js'
import type { Compiler } from './compiler.js'
import type { Platform, WheelSource } from './platform.js'

/** Where an installation stands. */
export interface InstallProgress {
  readonly phase: 'find' | 'download' | 'check' | 'unpack' | 'build' | 'done'
  /** What is worked on: a wheel's name, a compiler, a folder. */
  readonly item: string
  /** Bytes; 0 of 0 where there is nothing to count. */
  readonly done: number
  readonly total: number
}

/** Everything one installation works with. */
export interface InstallJob {
  readonly platform: Platform
  readonly source: WheelSource
  readonly version: string
  readonly gpu: boolean
  readonly cache: string
  readonly binding: BindingPackage
  readonly compiler: Compiler
  readonly signal: AbortSignal | undefined
  readonly report: (progress: InstallProgress) => void
}
