import { fork } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createServer, createServerModuleRunner } from 'vite'

// `pnpm fuzz weights --cases 3000 --seed 1`: cases run in a child process, which is ended and replaced when one hangs.

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    cases: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
  },
})
const conditions = ['@umbra/source', 'node', 'import', 'module', 'default']
/** A process that has once taken more is replaced, so that later cases are not blamed. */
const MOST_BYTES = 2 ** 30
/** Longer than a case may take, so that the child reports it first. */
const PATIENCE = 30_000
const [name = ''] = positionals
const [from, to, seed] = [
  Number(values.from),
  Number(values.from) + Number(values.cases),
  Number(values.seed),
]

process.exitCode = process.send === undefined ? await watch() : await work()

/** The sources are TypeScript: Vite loads them, as it does for the tests. */
async function work() {
  const server = await createServer({
    configFile: false,
    logLevel: 'error',
    root: fileURLToPath(new URL('.', import.meta.url)),
    server: { middlewareMode: true, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
    ssr: { resolve: { conditions, externalConditions: conditions } },
  })
  try {
    const runner = createServerModuleRunner(server.environments.ssr)
    const { runTarget } = await runner.import('/src/run-target.ts')
    await runTarget(name, { seed, from, to }, (message) => process.send(message))
  } finally {
    await server.close()
  }
  process.disconnect()
  return 0
}

async function watch() {
  const counts = new Map()
  const failures = []
  const worst = { seconds: 0, peakBytes: 0 }
  for (let next = from; next < to;) next = await batch(next, { counts, failures, worst })
  for (const [kind, count] of [...counts].sort()) console.log(`${kind}: ${count}`)
  for (const failure of failures) console.log(`FAILED case ${failure.index}: ${failure.failure}`)
  const memory = `${Math.round(worst.peakBytes / 2 ** 20)} MB at most`
  console.log(
    `${name}: ${to - from} cases, seed ${seed}, ${failures.length} failed; ${worst.seconds.toFixed(2)} s and ${memory}`,
  )
  return failures.length === 0 ? 0 : 1
}

/** Runs cases from `first` in one child; returns the case after the last that it ended. */
function batch(first, { counts, failures, worst }) {
  return new Promise((resolve, reject) => {
    const arguments_ = [name, '--seed', String(seed), '--from', String(first), '--cases', String(to - first)]
    const child = fork(fileURLToPath(import.meta.url), arguments_)
    let current
    let large = false
    let after = first
    let timer
    const wait = () => {
      clearTimeout(timer)
      timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE)
    }
    wait()
    child.on('message', (message) => {
      wait()
      if ('start' in message) current = message.start
      else {
        const { index, outcome, failure, seconds, peakBytes } = message.result
        after = index + 1
        const kind = failure === undefined ? `${outcome.kind}, ${outcome.outcome}` : 'failed'
        counts.set(kind, (counts.get(kind) ?? 0) + 1)
        worst.seconds = Math.max(worst.seconds, seconds)
        worst.peakBytes = Math.max(worst.peakBytes, peakBytes)
        if (failure !== undefined) failures.push(message.result)
        if (peakBytes > MOST_BYTES) {
          large = true
          child.kill('SIGKILL')
        }
      }
    })
    child.on('error', reject)
    child.on('exit', (code) => {
      clearTimeout(timer)
      if (after === to) return resolve(to)
      if (current === undefined) return reject(new Error(`no case could be run: exit code ${code}`))
      if (large) return resolve(after)
      failures.push({ index: current, failure: `the process ended or hung, exit code ${code}` })
      resolve(current + 1)
    })
  })
}
