import { describe, expect, it } from 'vitest'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hasTensorflow, withoutTensorflow } from '../testing/engines.js'
import { temporaryFolder } from '../testing/temporary-folder.js'
import { installedBinding } from './binding-source.js'
import { effectiveInstructionSet, processorFeatures } from './instruction-set.js'
import { ADDON } from './build-addon.js'
import { listEngines } from './installed.js'
import { enableOneDnn, hasBfloat16, oneDnnFacts, oneDnnText } from './onednn.js'
import { thisPlatform } from './platform.js'

const haswell = new Set('fpu sse2 sse4_1 sse4_2 avx fma avx2 bmi2'.split(' '))
const skylake = new Set([...haswell, 'avx512f', 'avx512bw', 'avx512vl', 'avx512dq'])
const zen4 = new Set([...skylake, 'avx512_vnni', 'avx512_bf16'])
const alder = new Set([...haswell, 'avx_vnni'])
const linux = { os: 'linux', arch: 'x64', stock: false, features: haswell } as const

describe('enableOneDnn', () => {
  it.each([
    [undefined, '1'],
    ['', '1'],
    ['yes', '1'],
    ['0', '0'],
    ['1', '1'],
    ['False', 'False'],
  ])('turns %s into %s', (before, after) => {
    const env = { TF_ENABLE_ONEDNN_OPTS: before }
    enableOneDnn(env)
    expect(env.TF_ENABLE_ONEDNN_OPTS).toBe(after)
  })
})

describe('effectiveInstructionSet', () => {
  it.each([
    ['AVX2', haswell, undefined],
    ['AVX512_CORE', skylake, undefined],
    ['AVX512_CORE_BF16', zen4, undefined],
    ['AVX512_CORE_BF16', zen4, 'all'],
    ['AVX512_CORE_BF16', zen4, 'AVX513'],
    ['AVX512_CORE_BF16', zen4, 'AVX10_1_512_AMX'],
    ['AVX512_CORE', zen4, 'avx512_core'],
    ['AVX2', zen4, 'AVX2'],
    ['AVX2', zen4, 'AVX2_VNNI'],
    ['AVX2_VNNI', alder, undefined],
    ['AVX', alder, 'AVX'],
    ['SSE41', zen4, 'SSE41'],
    ['AVX2', haswell, 'AVX512_CORE'],
    ['unknown', new Set<string>(), undefined],
  ])('is %s', (expected, features, limit) => {
    expect(effectiveInstructionSet(features, limit)).toBe(expected)
  })
})

describe('oneDnnFacts', () => {
  const on = { TF_ENABLE_ONEDNN_OPTS: '1' }
  it('says on or off where the library is the published one for Linux on x64', () => {
    expect(oneDnnFacts(on, linux)).toEqual({ oneDnn: 'on', instructionSet: 'AVX2' })
    expect(oneDnnFacts({ TF_ENABLE_ONEDNN_OPTS: '0', DNNL_MAX_CPU_ISA: 'AVX' }, linux)).toEqual({
      oneDnn: 'off',
      instructionSet: 'AVX',
    })
  })

  it('says elsewhere that it is unknown', () => {
    const unknown = { oneDnn: 'unknown', instructionSet: 'unknown' }
    expect(oneDnnFacts({}, linux)).toMatchObject({ oneDnn: 'unknown' })
    expect(oneDnnFacts(on, { ...linux, stock: true })).toMatchObject({ oneDnn: 'unknown' })
    expect(oneDnnFacts(on, { ...linux, os: 'darwin', arch: 'arm64', features: undefined })).toEqual(unknown)
    expect(oneDnnFacts(on, { ...linux, arch: 'arm64' })).toEqual(unknown)
  })

  it('is told in a few words', () => {
    expect(oneDnnText({ oneDnn: 'on', instructionSet: 'AVX2' })).toBe('oneDNN on, AVX2')
    expect(oneDnnText({ oneDnn: 'unknown', instructionSet: 'unknown' })).toBe('oneDNN unknown')
  })
})

describe('hasBfloat16', () => {
  it('is false where oneDNN is held to sets that have none, on a processor that libtensorflow takes for one that has', () => {
    const facts = (oneDnn: 'on' | 'off' | 'unknown', instructionSet: string) => ({ oneDnn, instructionSet })
    expect(hasBfloat16(facts('on', 'AVX2'), zen4)).toBe(false)
    expect(hasBfloat16(facts('on', 'SSE41'), skylake)).toBe(false)
    expect(hasBfloat16(facts('off', 'AVX2'), zen4)).toBe(true)
    expect(hasBfloat16(facts('on', 'AVX512_CORE'), skylake)).toBe(true)
    expect(hasBfloat16(facts('on', 'AVX2'), haswell)).toBe(true)
    expect(hasBfloat16(facts('unknown', 'unknown'), undefined)).toBe(true)
  })
})

describe('processorFeatures', () => {
  const folder = temporaryFolder()
  it('reads them, and leaves a missing file and another format unknown', () => {
    const file = join(folder, 'cpuinfo')
    writeFileSync(file, 'processor\t: 0\nflags\t\t: fpu avx  avx2\nbugs\t: none\n')
    expect(processorFeatures(file)).toEqual(new Set(['fpu', 'avx', 'avx2']))
    writeFileSync(file, 'processor : 0\n')
    expect(processorFeatures(file)).toBeUndefined()
    expect(processorFeatures(join(folder, 'none'))).toBeUndefined()
  })
})

/** What oneDNN itself prints, by the name of the set. */
const PRINTED: readonly (readonly [RegExp, string])[] = [
  [/isa:Intel SSE4\.1$/m, 'SSE41'],
  [/isa:Intel AVX$/m, 'AVX'],
  [/isa:Intel AVX2$/m, 'AVX2'],
  [/isa:Intel AVX2 with Intel DL Boost$/m, 'AVX2_VNNI'],
  [/isa:Intel AVX-512$|isa:Intel AVX-512 with AVX512BW, AVX512VL, and AVX512DQ extensions$/m, 'AVX512_CORE'],
  [/isa:Intel AVX-512 with Intel DL Boost$/m, 'AVX512_CORE_VNNI'],
  [/isa:Intel AVX-512 with Intel DL Boost and bfloat16 support *$/m, 'AVX512_CORE_BF16'],
]

const host = thisPlatform()
const told = hasTensorflow && host.os === 'linux' && host.arch === 'x64'
const why = !hasTensorflow ? withoutTensorflow : told ? '' : ' (skipped: not Linux on x64)'

describe.skipIf(!told)(`what oneDNN says of itself${why}`, () => {
  // Sets its variables as an engine does: after the process has started, before the library loads.
  const script = (env: Readonly<Record<string, string>>): string => `
    const { createRequire } = require('node:module')
    Object.assign(require('node:util'), { isNullOrUndefined: (x) => x == null, isArray: Array.isArray })
    for (const name of ['TF_ENABLE_ONEDNN_OPTS', 'ONEDNN_MAX_CPU_ISA', 'DNNL_MAX_CPU_ISA']) delete process.env[name]
    Object.assign(process.env, ${JSON.stringify({ ...env, ONEDNN_VERBOSE: '1' })})
    const theirs = createRequire(${JSON.stringify(join(installedBinding()!, 'package.json'))})
    const tf = theirs('@tensorflow/tfjs')
    const { NodeJSKernelBackend } = theirs('./dist/nodejs_kernel_backend.js')
    theirs('./dist/register_all_kernels.js')
    const backend = new NodeJSKernelBackend(require(${JSON.stringify(join(listEngines()[0]!.folder, ADDON))}), 'test')
    tf.registerBackend('tensorflow', () => backend)
    tf.setBackend('tensorflow')
    tf.matMul(tf.ones([64, 64]), tf.ones([64, 64])).dataSync()`

  it.each<Readonly<Record<string, string>>>([
    {},
    { ONEDNN_MAX_CPU_ISA: 'AVX2' },
    { DNNL_MAX_CPU_ISA: 'avx' },
    { ONEDNN_MAX_CPU_ISA: 'SSE41', TF_ENABLE_ONEDNN_OPTS: '0' },
  ])('is what we say under %o', (settings) => {
    const env = { ...settings }
    enableOneDnn(env)
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', script(env)], {
      encoding: 'utf8',
      env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
    })
    const set = PRINTED.find(([text]) => text.test(stdout))?.[1]
    const facts = oneDnnFacts(env, { ...host, stock: false, features: processorFeatures() })
    expect(stdout, stderr).toContain('onednn_verbose')
    // A newer processor may have a set that the table lacks.
    if (set !== undefined) expect(facts.instructionSet).toBe(set)
    expect(stdout.includes('exec,cpu,matmul')).toBe(facts.oneDnn === 'on')
  })
})
