import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ROOT } from '../bootstrap.mjs'
import { mustRun } from './run-command.mjs'

/** In a copy, the results of earlier builds are those of the repository. */
const ENV = { TURBO_CACHE_DIR: join(ROOT, '.turbo', 'cache'), TURBO_TELEMETRY_DISABLED: '1' }

/**
 * A copy of the repository as it is now, changes that are not committed included, with what it needs installed and everything built.
 *
 * @param {string} folder
 * @returns {{ run: (command: string, ...args: string[]) => { output: string }, publish: (url: string) => void }}
 */
export function scratchCopy(folder) {
  const { output } = mustRun('git', ['ls-files', '-co', '--exclude-standard'], { cwd: ROOT })
  const deleted = new Set(mustRun('git', ['ls-files', '-d'], { cwd: ROOT }).output.split('\n'))
  for (const file of output.split('\n')) {
    if (deleted.has(file)) continue
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    cpSync(join(ROOT, file), join(folder, file))
  }
  const run = (command, ...args) => mustRun(command, args, { cwd: folder, env: ENV, seconds: 600 })
  const commit = () => {
    run('git', 'add', '--all')
    const who = ['-c', 'user.name=rehearsal', '-c', 'user.email=rehearsal@example.org']
    run('git', ...who, 'commit', '--quiet', '--allow-empty', '--message', 'rehearsal')
  }
  run('git', 'init', '--quiet', '--initial-branch', 'main')
  commit()
  run('pnpm', 'install', '--frozen-lockfile', '--prefer-offline')
  run('pnpm', 'exec', 'turbo', 'run', 'build', '--output-logs=errors-only')
  return {
    /** Runs a command in the copy. */
    run,
    commit,
    /** Publishes every package whose version the registry does not have yet. */
    publish: (url) => {
      writeFileSync(join(folder, '.npmrc'), `${url.replace(/^https?:/, '')}:_authToken=rehearsal\n`)
      run('pnpm', '--recursive', 'publish', '--registry', url, '--no-git-checks')
    },
  }
}
