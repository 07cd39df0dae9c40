import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import process from 'node:process'

/** Lines of a log that are shown when its command failed. */
const LAST = 15

/**
 * Runs a command with its output in a file, and input closed. Undefined when it succeeded, else the end of the output and the
 * file's path.
 *
 * @param {string} log
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd: string, env?: Readonly<Record<string, string>> }} options
 * @returns {string | undefined}
 */
export function quietStep(log, command, args, { cwd, env = {} }) {
  mkdirSync(dirname(log), { recursive: true })
  const file = openSync(log, 'w')
  try {
    const { status, error } = spawnSync(command, args, {
      cwd,
      stdio: ['ignore', file, file],
      env: { ...process.env, ...env },
      shell: process.platform === 'win32',
    })
    if (status === 0) return undefined
    const lines = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-LAST)
    return [
      ...(error === undefined ? lines : [`${command}: ${error.message}`]),
      `all of its output: ${log}`,
    ].join('\n')
  } finally {
    closeSync(file)
  }
}
