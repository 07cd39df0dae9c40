import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import process from 'node:process'
import { z } from 'zod'

/** A process of a machine, told apart from a later one that got the same number. */
export const processIdSchema = z.object({ pid: z.int(), host: z.string(), started: z.string() })
export type ProcessId = z.output<typeof processIdSchema>

export const ownProcess = (): ProcessId => ({
  pid: process.pid,
  host: hostname(),
  started: startOf(process.pid) ?? '',
})

/** Whether a process belongs to this machine, by its host name. */
export const isHere = ({ host }: ProcessId): boolean => host === hostname()

/** A process as a sentence names it. */
export const describeHolder = (holder: ProcessId): string =>
  `process ${holder.pid} on ${isHere(holder) ? 'this machine' : `another machine or in another container (${JSON.stringify(holder.host)})`}`

/** Whether a process still runs. One of another machine is taken to run: nothing can be known about it. */
export function isAlive({ pid, host, started }: ProcessId): boolean {
  if (!isHere({ pid, host, started })) return true
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it exists, but belongs to another user.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const now = startOf(pid)
  return now === undefined || started === '' || now === started
}

/** When a process started, in ticks since boot; undefined where the system does not tell, or it is only a zombie. */
function startOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name, in brackets, may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? 'gone' : fields[19]
  } catch {
    return undefined
  }
}
