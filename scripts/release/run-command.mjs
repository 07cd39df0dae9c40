import { spawnSync } from 'node:child_process'
import { performance } from 'node:perf_hooks'
import process from 'node:process'

/**
 * Runs a command with its input closed and its output kept.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd: string, env?: Readonly<Record<string, string | undefined>>, seconds?: number }} options
 * @returns {{ code: number, output: string, seconds: number }}
 */
export function runCommand(command, args, { cwd, env = {}, seconds = 300 }) {
  const from = performance.now()
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    timeout: seconds * 1000,
    maxBuffer: 64 * 2 ** 20,
    shell: process.platform === 'win32',
  })
  return {
    code: status ?? 1,
    output: [stdout, stderr, error?.message].filter(Boolean).join('\n').trim(),
    seconds: (performance.now() - from) / 1000,
  }
}

/** The same; throws with the end of the output unless the command succeeds. */
export function mustRun(command, args, options) {
  const result = runCommand(command, args, options)
  if (result.code === 0) return result
  const last = result.output.split('\n').slice(-25).join('\n')
  throw new Error(`${command} ${args.join(' ')} ended with ${result.code}:\n${last}`)
}
