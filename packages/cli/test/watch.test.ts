import { join } from 'node:path'
import * as live from '@umbra/plugin-live'
import { expect, test } from 'vitest'
import type { LivePage } from '../src/commands/watch.js'
import { main } from '../src/main.js'
import { HOME, runCli } from './run-cli.js'
import { folderWith, smallConfig } from './workspace.js'

/** Runs `umbra watch`, does something with its page, and ends it as Ctrl-C does. */
async function watch(words: readonly string[], cwd: string, visit: (out: string) => Promise<void>) {
  let shown: (text: string) => void = () => undefined
  const first = new Promise<string>((resolve) => (shown = resolve))
  const ended = main(['node', 'umbra', 'watch', ...words], {
    out: shown,
    err: shown,
    colour: false,
    cwd,
    home: HOME,
    env: {},
  })
  await visit(await first)
  process.emit('SIGINT')
  return ended
}

test('the newest run, by its curves, until Ctrl-C', async () => {
  const cwd = folderWith({ 'umbra.config.json': smallConfig() })
  expect((await runCli(['compare', '--quiet'], { cwd })).code).toBe(0)
  const code = await watch(['--json'], cwd, async (out) => {
    const { url, runDir } = JSON.parse(out) as { url: string; runDir: string }
    expect(runDir).toBe(join(cwd, 'runs', 'small'))
    expect(await (await fetch(url)).text()).toContain('<title>umbra watch</title>')
    const reader = (await fetch(new URL('events', url)))
      .body!.pipeThrough(new TextDecoderStream())
      .getReader()
    let text = ''
    while (!text.includes('"type":"points"')) text += (await reader.read()).value ?? ''
    await reader.cancel()
    expect(text).toContain('"finished":true')
    expect(text).toContain('"ce-s0":{"loss":')
  })
  expect(code).toBe(0)
})

test('a run by name; no such run, no such port', async () => {
  const cwd = folderWith({ 'out/first/events.jsonl': '' })
  const code = await watch(['first', '--runs', 'out'], cwd, (out) => {
    expect(out).toMatch(/^.*first\nhttp:\/\/127\.0\.0\.1:\d+\/\nPress Ctrl-C to stop\n$/)
    return Promise.resolve()
  })
  expect(code).toBe(0)
  expect(await runCli(['watch'], { cwd })).toMatchObject({
    code: 2,
    err: expect.stringContaining('UMBRA_RUN_MISSING: no run in') as string,
  })
  expect(await runCli(['watch', 'first', '--runs', 'out', '--port', 'x'], { cwd })).toMatchObject({ code: 2 })
})

test('the plugin has what the command takes from it', () => {
  // Types are compared here: the command knows the plugin only by its name.
  const page: LivePage = live
  expect(Object.keys(live)).toEqual(expect.arrayContaining(['findRun', 'serveRun']))
  expect(() => page.findRun('none', 'runs', folderWith())).toThrow()
})
