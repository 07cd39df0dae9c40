import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { RunEvent } from '@umbra/core'
import { expect, test } from 'vitest'
import { runCli } from './run-cli.js'
import { folderWith, smallConfig } from './workspace.js'

const built = existsSync(join(resolve(import.meta.dirname, '..'), 'dist', 'index.js'))

/** Its clock writes down the process that it is made in; its listener, every event and the process that is told. */
const plugin = `
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { ClockToken, ListenerToken, definePlugin, provideService } from '@umbra/core'
const write = (name, text) => appendFileSync(join(import.meta.dirname, name), text + '\\n')
export const services = definePlugin({
  name: 'services',
  version: '1.0.0',
  contract: 1,
  provides: [],
  services: [
    provideService(ClockToken, () => {
      write('clock.txt', String(process.pid))
      return () => performance.now()
    }),
    provideService(ListenerToken, () => (event) => write('heard.jsonl', JSON.stringify({ pid: process.pid, ...event }))),
  ],
})
`

const linesOf = (path: string): string[] => readFileSync(path, 'utf8').trim().split('\n')

test.skipIf(!built)(
  'services of a plugin hold in worker processes (skipped without dist/: run npm run setup)',
  async () => {
    const cwd = folderWith({ 'umbra.config.json': smallConfig({ seeds: [0, 1] }), 'services.mjs': plugin })
    const { code, err } = await runCli(['compare', '--workers', '2', '--plugin', './services.mjs'], { cwd })
    expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' })
    // The command, and a process for each of the two cohorts.
    const clocks = new Set(linesOf(join(cwd, 'clock.txt')))
    expect(clocks.has(String(process.pid))).toBe(true)
    expect(clocks.size).toBe(3)
    // The command alone is told, of everything once; its own progress gives way to the plugin.
    const heard = linesOf(join(cwd, 'heard.jsonl')).map(
      (line) => JSON.parse(line) as RunEvent & { pid: number },
    )
    expect(new Set(heard.map(({ pid }) => pid))).toEqual(new Set([process.pid]))
    const finished = heard.flatMap((event) => (event.type === 'arm-end' ? [event.arm] : []))
    expect(finished.sort()).toEqual(['ce-s0', 'ce-s1'])
    expect(err).not.toContain('epoch 1')
  },
  120_000,
)
