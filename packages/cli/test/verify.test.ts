import { readFileSync } from 'node:fs'
import { listEngines } from '@umbra/engine'
import { describe, expect, it } from 'vitest'
import { runCli } from './run-cli.js'
import { folderWith } from './workspace.js'

type Case = Record<string, unknown> & {
  outputs: { loss: number; loss_float32: number; grads: { student_logits: { data: number[] } } }
}
const published = JSON.parse(
  readFileSync(new URL('../../plugin-softening/golden/kd.json', import.meta.url), 'utf8'),
) as Case[]
const copy = (over: (golden: Case) => void = () => undefined): Case[] => {
  const cases = structuredClone(published.slice(0, 2))
  over(cases[1]!)
  return cases
}
const folder = (cases: readonly object[]): string => folderWith({ 'kd.json': JSON.stringify(cases) })
const verify = (cases: readonly object[], ...words: string[]) =>
  runCli(['verify', '--golden', folder(cases), '--engine', 'cpu', ...words])

const installed = listEngines().length > 0
const missing = installed ? '' : ' (skipped: the tensorflow engine is not installed)'

describe('umbra verify', () => {
  it.each(['cpu', 'wasm'])('agrees with published numbers on %s', async (engine) => {
    const { code, out } = await runCli([
      'verify',
      '--golden',
      folder(copy()),
      '--engine',
      engine,
      '--by-family',
    ])
    expect({ code, first: out.split(' ')[1] }).toEqual({ code: 0, first: engine })
    expect(out).toMatch(/^kd +2 .* ok$/m)
    expect(out).toContain('2 of 2 compared cases agree')
  })

  it.skipIf(!installed)(`agrees on tensorflow${missing}`, async () => {
    const { code } = await runCli(['verify', '--golden', folder(copy()), '--engine', 'tensorflow'])
    expect(code).toBe(0)
  })

  it('finds a loss and a gradient that differ, and fails with 1', async () => {
    const wrong = copy(({ outputs }) => {
      outputs.loss *= 1.01
      outputs.loss_float32 *= 1.01
      outputs.grads.student_logits.data[3]! += 1
    })
    const { code, out, err } = await verify(wrong, '--by-family')
    expect({ code, err }).toEqual({ code: 1, err: '' })
    expect(out).toMatch(/^kd +2 .* 1 FAILED$/m)
    expect(out).toMatch(/FAILED kd-\d+: grad student_logits\[3\] is .*; loss is/)
    expect(out).toContain('1 of 2 compared cases agree')
  })

  it('gives a line to each case', async () => {
    const { out } = await verify(copy())
    for (const { id } of copy()) expect(out).toMatch(new RegExp(`^${String(id)} +1 .* ok$`, 'm'))
  })

  it('lists what it has no definition for, and breakdowns, by name', async () => {
    const strange = { ...copy()[0]!, method: 'unheard-of', id: 'unheard-of-01' }
    const breakdown = { ...copy()[0]!, check: 'none', id: 'kd-breakdown' }
    const { code, out } = await verify([...copy(), strange, breakdown])
    expect(code).toBe(0)
    expect(out).toContain(
      '1 case not compared, no plugin has a golden definition for:\n  unheard-of: unheard-of-01',
    )
    expect(out).toContain(
      '1 case not compared, documented breakdowns of the published code:\n  kd: kd-breakdown',
    )
  })

  it('prints one JSON document, failing or not', async () => {
    const wrong = copy(({ outputs }) => {
      outputs.loss = outputs.loss_float32 = 99
    })
    const { code, out } = await verify(wrong, '--json')
    const document = JSON.parse(out) as { ok: boolean; cases: { status: string; loss: { error: number } }[] }
    expect(code).toBe(1)
    expect(document.ok).toBe(false)
    expect(document.cases.map(({ status }) => status)).toEqual(['passed', 'failed'])
    expect(document.cases[1]!.loss.error).toBeGreaterThan(0.1)
  })

  it('refuses a malformed file and a missing folder', async () => {
    const broken = await verify([{ ...published[0]!, inputs: { student_logits: { shape: [9], data: [1] } } }])
    expect(broken.code).toBe(2)
    expect(broken.err).toMatch(/UMBRA_FILE_CORRUPT: kd\.json, case 1 \("kd-01"\).*inputs\.student_logits/)
    const absent = await runCli(['verify', '--golden', 'no-such-folder'])
    expect(absent.code).toBe(2)
    expect(absent.err).toContain('UMBRA_FILE_MISSING')
  })
})
