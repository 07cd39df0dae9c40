import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** A worker process that trains a round on request. */
export async function startWorker(name, command, args) {
  const started = performance.now()
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async () => {
    const { value, done } = await lines.next()
    if (done) throw new Error(`${name} ended early`)
    return JSON.parse(value)
  }
  await next()
  const ready = performance.now() - started
  return {
    name,
    times: [],
    /** Milliseconds for starting and the first round, without the wait between them. */
    firstRound: 0,
    round: async () => {
      child.stdin.write('go\n')
      const { ms } = await next()
      return ms
    },
    ready,
    /** Largest resident memory so far, MiB; Linux only. */
    peak: () => Number(/VmHWM:\s+(\d+)/.exec(status(child.pid))?.[1] ?? NaN) / 1024,
    stop: () => {
      child.stdin.end()
      child.kill()
    },
  }
}

function status(pid) {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return ''
  }
}

/** Runs all workers in turn, round by round, so that a change of the machine's speed hits all of them. */
export async function interleave(workers, rounds) {
  for (const worker of workers) {
    const before = performance.now()
    await worker.round()
    worker.firstRound = worker.ready + performance.now() - before
    await worker.round()
  }
  for (let i = 0; i < rounds; i++) for (const worker of workers) worker.times.push(await worker.round())
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Median of the ratio of two workers' times, round by round. */
export const ratio = (slow, fast) => median(slow.times.map((time, i) => time / fast.times[i]))
