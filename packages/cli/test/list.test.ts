import { expect, test } from 'vitest'
import { runCli } from './run-cli.js'

test('list as text and as JSON', async () => {
  const text = await runCli(['list'])
  expect(text).toMatchObject({ code: 0, err: '' })
  for (const word of [
    'method',
    'ce',
    'kd',
    'ats',
    'softening',
    'digits',
    'resnet20',
    'cosine',
    'one-cycle',
    'adamw',
    'lamb',
    'macro-f1',
  ])
    expect(text.out).toContain(word)
  expect(text.out).not.toContain('golden\n')
  expect((await runCli(['list', 'golden'])).out).toContain('golden\n  fitnet')
  const json = await runCli(['list', 'methods', '--json'])
  const entries = JSON.parse(json.out) as { kind: string; id: string; plugin: string }[]
  expect(entries.every((entry) => entry.kind === 'method')).toBe(true)
  expect(entries.map((entry) => entry.id)).toEqual(expect.arrayContaining(['ce', 'kd', 'ats']))
})
