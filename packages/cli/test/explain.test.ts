import { expect, test } from 'vitest'
import { runCli } from './run-cli.js'

test('a method: loss, paper, options with defaults and ranges', async () => {
  const { code, out } = await runCli(['explain', 'kd'])
  expect(code).toBe(0)
  for (const text of ['Knowledge distillation', 'T^2', '1503.02531', 'temperature', 'default 4', 'Departs']) {
    expect(out).toContain(text)
  }
})

test.each([
  ['at', ['taps of the student', 'stage1, stage2, stage3', 'ce, at', 'not checked against the paper']],
  ['takd', ['trained before', 'resnet20']],
  ['ban', ['trained before', 'the student’s model']],
  ['dml', ['other students']],
])('%s: what it needs of a run, and what of its citation is not checked', async (id, texts) => {
  const { out } = await runCli(['explain', id])
  for (const text of texts) expect(out).toContain(text)
})

test('a sum: its parts under their names, with papers and options', async () => {
  const { out } = await runCli(['explain', 'kd+fitnet'])
  for (const text of [
    'Part kd',
    '1503.02531',
    'kd.temperature',
    'Part fitnet',
    '1412.6550',
    'fitnet.studentTaps',
  ])
    expect(out).toContain(text)
  expect(out).toMatch(/Options of the sum\n +weights .*\n +labelWeight/)
  expect(out).not.toContain('{"temperature"')
  const { parts } = JSON.parse((await runCli(['explain', 'kd+kd', '--json'])).out) as { parts: object[] }
  expect(parts).toMatchObject([
    { id: 'kd', name: 'kd' },
    { id: 'kd', name: 'kd-2' },
  ])
})

test('other kinds by kind/id; JSON parses', async () => {
  expect((await runCli(['explain', 'model/resnet20'])).out).toContain('Taps')
  const { out } = await runCli(['explain', 'method/ats', '--json'])
  const parsed = JSON.parse(out) as { id: string; options: { name: string }[]; plugin: string }
  expect(parsed).toMatchObject({ kind: 'method', id: 'ats', plugin: '@umbra/plugin-softening' })
  expect(parsed.options.length).toBeGreaterThan(2)
})

test('hooks: which they have and what they need', async () => {
  const { out } = await runCli(['explain', 'ema'])
  for (const text of ['hooks ema', 'weights, average', 'decay', 'default 0.999']) expect(out).toContain(text)
  expect((await runCli(['explain', 'hooks/early-stopping'])).out).toContain('images held out from training')
})

test('a schedule of the core, and one of a plugin with its paper', async () => {
  const cosine = await runCli(['explain', 'cosine'])
  for (const text of ['schedule cosine', 'Rate', 'warmUp', '@umbra/core ']) expect(cosine.out).toContain(text)
  const { out } = await runCli(['explain', 'schedule/warm-restarts'])
  for (const text of ['1608.03983', 'period', 'default 10', '@umbra/plugin-training'])
    expect(out).toContain(text)
})

test('an optimiser: its update, its paper, its options', async () => {
  const { out } = await runCli(['explain', 'lamb'])
  for (const text of ['optimiser lamb', 'Update', '1904.00962', 'weightDecay', 'default 0.01'])
    expect(out).toContain(text)
  expect((await runCli(['explain', 'sgd'])).out).toContain('momentum')
})

test('a metric: what it is and which way is better', async () => {
  const { out } = await runCli(['explain', 'metric/ece'])
  for (const text of ['Calibration error', 'Lower is better.', 'Figure', '1706.04599', 'bins', 'default 15'])
    expect(out).toContain(text)
})

test('an unknown method offers the nearest name', async () => {
  const { code, out, err } = await runCli(['explain', 'kdd'])
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toMatch(/^error UMBRA_UNKNOWN_ID: unknown method "kdd"\. Did you mean "kd"\?[^\n]*\n$/)
})

test('an unknown kind', async () => {
  expect(await runCli(['explain', 'modle/x'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('"model"') as string,
  })
})
