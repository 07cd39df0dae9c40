import { describe, expect, test } from 'vitest'
import { runCli } from './run-cli.js'

const COMMANDS = [
  ['train'],
  ['compare'],
  ['tune'],
  ['analyze'],
  ['study'],
  ['study', 'capacity'],
  ['watch'],
  ['list'],
  ['explain'],
  ['doctor'],
  ['report'],
  ['store'],
  ['store', 'list'],
  ['store', 'verify'],
  ['store', 'clean'],
  ['verify'],
  ['engine'],
  ['engine', 'install'],
  ['engine', 'list'],
  ['engine', 'remove'],
]

test.each(COMMANDS)('help of %s %s has an example', async (...words) => {
  const { code, out, err } = await runCli([...words, '--help'])
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toMatch(/Examples?:\n {2}\$ umbra /)
  if (!['engine', 'store', 'study'].includes(words[0]!) || words.length > 1) {
    expect(out).toContain('--json')
    expect(out).toContain('--debug')
  }
})

test('every command of the program has a test of its help', async () => {
  const { out } = await runCli(['--help'])
  const listed = [...out.matchAll(/^ {2}([a-z]+)[ |]/gm)]
    .map(([, name]) => name)
    .filter((name) => name !== 'help')
  expect(new Set(listed)).toEqual(new Set(COMMANDS.map(([name]) => name)))
})

test.each(['--version', '-v'])('%s prints the version', async (flag) => {
  expect(await runCli([flag])).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
  })
})

test.each([[], ['engine'], ['study'], ['store']])('umbra %s alone prints its help', async (...words) => {
  expect(await runCli(words)).toEqual(await runCli([...words, '--help']))
})

test('a command of a group that is not there is told from a group alone', async () => {
  const { code, out, err } = await runCli(['engine', 'instal'])
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toMatch(/^error UMBRA_USAGE: [^\n]*instal[^\n]*\n$/)
})

describe('wrong use is one line, exit code 2, no stack trace', () => {
  test.each([
    [['comparr'], /Did you mean compare/],
    [['compare', '--metods', 'kd'], /Did you mean --methods/],
    [['explain'], /missing required argument 'id'/],
    [['list', 'metod'], /Did you mean "method"/],
    [['compare', '--config'], /argument missing/],
  ])('%j', async (words, text) => {
    const { code, out, err } = await runCli(words)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/^error UMBRA_USAGE: [^\n]+\n$/)
    expect(err).toMatch(text)
  })
})

test('with --json a failure is one JSON document too', async () => {
  const { code, out, err } = await runCli(['list', 'metod', '--json'])
  expect(code).toBe(2)
  expect(JSON.parse(out)).toMatchObject({ error: { code: 'UMBRA_USAGE' }, exitCode: 2 })
  expect(err).toMatch(/^error UMBRA_USAGE/)
})

test('--debug adds the stack trace', async () => {
  const { err } = await runCli(['list', 'metod', '--debug'])
  expect(err).toMatch(/\n {4}at /)
})
