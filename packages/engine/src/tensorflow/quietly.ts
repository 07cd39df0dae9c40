import { readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { QUIET } from './build-addon.js'

interface QuietAddon {
  readonly redirect: (path: string) => number
  readonly restore: (saved: number) => void
}

/**
 * Runs native code with file descriptor 2 redirected to a file, then prints its content without the notices that
 * libtensorflow writes at every log level.
 */
export function quietly<T>(folder: string, work: () => T): T {
  let addon: QuietAddon
  try {
    addon = createRequire(import.meta.url)(join(folder, QUIET)) as QuietAddon
  } catch {
    return work()
  }
  const log = join(tmpdir(), `umbra-load-${process.pid}-${Date.now()}.log`)
  const saved = addon.redirect(log)
  try {
    return work()
  } finally {
    addon.restore(saved)
    const rest = withoutNotices(readFileSync(log, 'utf8'))
    rmSync(log, { force: true })
    if (rest !== '') process.stderr.write(rest)
  }
}

/** Drops lines of level INFO (`I0000 00:00:1 1 file.cc:1] …`, `2026-01-01 …: I file.cc:1] …`) and absl's preamble. */
export function withoutNotices(text: string): string {
  return text
    .split('\n')
    .filter(
      (line) => !/^(I\d{4} |\d{4}-\d\d-\d\d [\d:.]+: I |WARNING: All log messages before absl)/.test(line),
    )
    .filter((line) => !/^To enable the following instructions: .*rebuild TensorFlow/.test(line))
    .join('\n')
    .replace(/^\s+$/, '')
}
