import { expect, test, vi } from 'vitest'
import { runCli } from './run-cli.js'

test('doctor says which engine auto takes and why, and exits with 0', async () => {
  const { code, out, err } = await runCli(['doctor'])
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toMatch(/^Engine (tensorflow|wasm) is what --engine auto takes\. .+\.\n/)
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
  for (const flag of ['--version', '-V'])
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
