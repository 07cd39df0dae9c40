import { readFileSync } from 'node:fs'

/** The value for facts that are unavailable on a platform. */
export const UNKNOWN = 'unknown'

const AVX2 = ['avx', 'avx2']
const AVX512 = [...AVX2, 'avx512f', 'avx512bw', 'avx512vl', 'avx512dq']
const BF16 = [...AVX512, 'avx512_vnni', 'avx512_bf16']
const FP16 = [...BF16, 'avx_vnni', 'avx512_fp16']
const AMX = [...FP16, 'amx_tile', 'amx_int8', 'amx_bf16']

/** oneDNN's instruction sets on x64, best first, by the names ONEDNN_MAX_CPU_ISA takes, with the features each needs. */
const SETS: readonly (readonly [string, readonly string[]])[] = [
  ['AVX512_CORE_AMX_FP16', [...AMX, 'amx_fp16']],
  ['AVX512_CORE_AMX', AMX],
  ['AVX512_CORE_FP16', FP16],
  ['AVX512_CORE_BF16', BF16],
  ['AVX512_CORE_VNNI', [...AVX512, 'avx512_vnni']],
  ['AVX512_CORE', AVX512],
  ['AVX2_VNNI_2', [...AVX2, 'avx_vnni', 'avx_vnni_int8', 'avx_ne_convert']],
  ['AVX2_VNNI', [...AVX2, 'avx_vnni']],
  ['AVX2', AVX2],
  ['AVX', ['avx']],
  ['SSE41', ['sse4_1']],
]

/** Names that newer versions of oneDNN have for the same sets. */
const ALIASES: Readonly<Record<string, string>> = {
  AVX10_1_512: 'AVX512_CORE_FP16',
  AVX10_1_512_AMX: 'AVX512_CORE_AMX',
  AVX10_1_512_AMX_FP16: 'AVX512_CORE_AMX_FP16',
}

/**
 * The instruction set that oneDNN uses on an x64 processor with these features (/proc/cpuinfo) under a limit
 * (ONEDNN_MAX_CPU_ISA); a limit that oneDNN does not know means none.
 */
export function effectiveInstructionSet(features: ReadonlySet<string>, limit = ''): string {
  const name = limit.toUpperCase()
  const limited = SETS.find(([id]) => id === (ALIASES[name] ?? name))?.[1]
  const allowed = (feature: string): boolean =>
    features.has(feature) && (limited === undefined || limited.includes(feature) || feature === 'sse4_1')
  return SETS.find(([, needed]) => needed.every(allowed))?.[0] ?? UNKNOWN
}

/** Features of the first processor in /proc/cpuinfo; undefined where it cannot be read. */
export function processorFeatures(file = '/proc/cpuinfo'): ReadonlySet<string> | undefined {
  try {
    const line = /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync(file, 'utf8'))?.[1]
    return line === undefined ? undefined : new Set(line.trim().split(/\s+/))
  } catch {
    return undefined
  }
}
