import { expect, test, vi } from 'vitest'
import { diagnosisText } from '../src/output/diagnosis-text.js'
import { runCli } from './run-cli.js'

test('doctor says which engine auto takes and why, and exits with 0', async () => {
  const { code, out, err } = await runCli(['doctor'])
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toMatch(/^Engine (tensorflow|wasm) is the choice of --engine auto\. .+\.\n/)
  expect(out).toContain(process.versions.node)
  expect(out).toMatch(/To do|Nothing to do/)
})

test('doctor --json agrees with its text', async () => {
  const diagnosis = JSON.parse((await runCli(['doctor', '--json'])).out) as {
    auto: { id: string }
    node: string
  }
  expect((await runCli(['doctor'])).out).toContain(`Engine ${diagnosis.auto.id} `)
  expect(diagnosis.node).toBe(process.versions.node)
})

test('engine list as JSON; removing what is not installed is wrong use', async () => {
  expect(Array.isArray(JSON.parse((await runCli(['engine', 'list', '--json'])).out))).toBe(true)
  expect(await runCli(['engine', 'remove', '0.0.1'])).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^error UMBRA_UNKNOWN_ID: [^\n]+\n$/) as string,
  })
})

test('engine install --version is the version of libtensorflow, and umbra --version that of the command', async () => {
  expect(await runCli(['engine', 'install', '--version', 'latest'])).toMatchObject({
    code: 2,
    err: expect.stringMatching(
      /^error UMBRA_OPTION: [^\n]*"version" of engine install[^\n]*latest/,
    ) as string,
  })
  for (const flag of ['--version', '-v'])
    expect(await runCli([flag])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
    })
})

test('engine --help tells of UMBRA_TENSORFLOW, and doctor names a value that means nothing', async () => {
  expect((await runCli(['engine', '--help'])).out).toContain('UMBRA_TENSORFLOW=stock')
  vi.stubEnv('UMBRA_TENSORFLOW', 'stcok')
  const { code, out } = await runCli(['doctor'])
  vi.unstubAllEnvs()
  expect(code).toBe(0)
  expect(out).toMatch(/no +tensorflow .*UMBRA_TENSORFLOW.*stcok/)
})

test('verify refuses the webgpu engine in a sentence', async () => {
  expect(await runCli(['verify', '--golden', '.', '--engine', 'webgpu'])).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^error UMBRA_USAGE: [^\n]*webgpu[^\n]*another engine[^\n]*\n$/) as string,
  })
})

const machine = {
  auto: { id: 'wasm', reason: 'It is the fastest' },
  tensorflow: [],
  gpu: { devices: [], library: false },
  platform: { os: 'linux', arch: 'x64', glibc: true },
  node: '24.0.0',
  cpu: { model: 'a processor', cores: 2 },
  memory: { total: 1e9, free: 1e9 },
  cache: 'cache',
} as const

test('doctor says what --engine webgpu lacks, apart from what there is to do', () => {
  const wasm = { id: 'wasm', available: true, reason: 'Comes with npm' } as const
  const missing = {
    id: 'webgpu',
    available: false,
    reason: 'none',
    remedy: 'Run "npm install webgpu"',
  } as const
  expect(diagnosisText({ ...machine, engines: [wasm, missing] }, false)).toMatch(
    /Nothing to do\.\n\nFor --engine webgpu: Run "npm install webgpu"\.\n$/,
  )
  const there = { id: 'webgpu', available: true, reason: 'On a device' } as const
  expect(diagnosisText({ ...machine, engines: [wasm, there] }, false)).toMatch(/Nothing to do\.\n$/)
})

test('doctor says what libtensorflow computes with, or that it cannot be told', () => {
  const library = { version: '2.21.0', oneDnn: 'on', instructionSet: 'AVX2', threads: 2 } as const
  expect(diagnosisText({ ...machine, engines: [], library }, false)).toMatch(
    /libtensorflow +2\.21\.0, oneDNN on, instruction set AVX2, 2 threads\n/,
  )
  const unknown = { version: '2.9.1', oneDnn: 'unknown', instructionSet: 'unknown', threads: 1 } as const
  expect(diagnosisText({ ...machine, engines: [], library: unknown }, false)).toMatch(
    /libtensorflow +2\.9\.1, whether oneDNN is on is unknown here, instruction set unknown, 1 thread\n/,
  )
  expect(diagnosisText({ ...machine, engines: [] }, false)).not.toContain('oneDNN')
})
