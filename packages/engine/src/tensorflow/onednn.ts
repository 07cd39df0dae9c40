import type { LibraryInfo } from '@umbra/core/trainer'
import { UNKNOWN, effectiveInstructionSet } from './instruction-set.js'

/** Decides whether libtensorflow computes with oneDNN; read once, when the library loads. */
const VARIABLE = 'TF_ENABLE_ONEDNN_OPTS'

/** The values that libtensorflow accepts; with any other it decides by the processor. */
const ON = ['1', 'true']
const OFF = ['0', 'false']

type Environment = Record<string, string | undefined>

/** Turns oneDNN on unless the environment says yes or no: libtensorflow leaves it off on processors without AVX-512 VNNI. */
export function enableOneDnn(env: Environment): void {
  if (![...ON, ...OFF].includes(value(env))) env[VARIABLE] = '1'
}

/** Where a library comes from and runs. */
export interface LibraryHost {
  readonly os: string
  readonly arch: string
  /** A library that `umbra engine install` did not install: its build is unknown. */
  readonly stock: boolean
  /** Features that the kernel names in /proc/cpuinfo; undefined where there is no such file. */
  readonly features: ReadonlySet<string> | undefined
}

/** The oneDNN state and instruction set of a library that loads in this environment. */
export function oneDnnFacts(
  env: Environment,
  { os, arch, stock, features }: LibraryHost,
): Pick<LibraryInfo, 'oneDnn' | 'instructionSet'> {
  const published = os === 'linux' && arch === 'x64' && !stock
  return {
    oneDnn: OFF.includes(value(env)) ? 'off' : published && ON.includes(value(env)) ? 'on' : UNKNOWN,
    instructionSet:
      os === 'linux' && arch === 'x64' && features !== undefined
        ? effectiveInstructionSet(features, env.ONEDNN_MAX_CPU_ISA ?? env.DNNL_MAX_CPU_ISA)
        : UNKNOWN,
  }
}

/**
 * Whether operations in bfloat16 run. Where the processor has AVX-512, libtensorflow gives them to oneDNN, which lacks them
 * if limited to older instruction sets; elsewhere libtensorflow has its own.
 */
export const hasBfloat16 = (
  { oneDnn, instructionSet }: Pick<LibraryInfo, 'oneDnn' | 'instructionSet'>,
  features: ReadonlySet<string> | undefined,
): boolean =>
  oneDnn !== 'on' || features?.has('avx512f') !== true || /^AVX512|^AVX2_VNNI_2$/.test(instructionSet)

/** `oneDNN on, AVX2`; an unknown instruction set is omitted. */
export const oneDnnText = ({
  oneDnn,
  instructionSet,
}: Pick<LibraryInfo, 'oneDnn' | 'instructionSet'>): string =>
  `oneDNN ${oneDnn}${instructionSet === UNKNOWN ? '' : `, ${instructionSet}`}`

const value = (env: Environment): string => (env[VARIABLE] ?? '').toLowerCase()
