import { hostname } from 'node:os'
import process from 'node:process'
import type { Random } from '../random.js'

/** A lock file that another process left, wrote badly or still holds. */
export function lockText(random: Random): string {
  const { pick, below } = random
  const host = pick([hostname(), 'elsewhere', '', '\u001b[31mred', '../..', 'x'.repeat(100_000)])
  const pid = pick([1, 0, -1, process.pid, process.ppid, 2 ** 31, 2 ** 40, 4_000_000, 1.5, below(30_000)])
  const started = pick(['', '1', '99999999999', 'x'])
  return pick([
    () => JSON.stringify({ pid, host, started }),
    () => JSON.stringify({ pid, host, started, extra: [[[]]] }),
    () => JSON.stringify({ pid: String(pid), host }),
    () => pick(['', '{', 'null', '[]', '1', '"x"', '{"pid":null}', '\0\0\0\0']),
    () => '['.repeat(100_000),
  ] as const)()
}
