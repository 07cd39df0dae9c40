import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface FakeRun {
  readonly id: string
  readonly name: string
  readonly tags: Readonly<Record<string, string>>
  readonly params: Record<string, string>
  readonly metrics: { readonly key: string; readonly value: number; readonly step: number }[]
  readonly statuses: string[]
}

export interface FakeMlflow {
  readonly url: string
  readonly runs: FakeRun[]
  /** Authorization headers seen. */
  readonly authorizations: Set<string | undefined>
  /** Metrics in each batch. */
  readonly batches: number[]
  /** Answers everything with 500 from now on. */
  break: () => void
}

interface Body {
  readonly run_id: string
  readonly run_name: string
  readonly status: string
  readonly filter: string
  readonly tags: readonly { readonly key: string; readonly value: string }[]
  readonly params?: readonly { readonly key: string; readonly value: string }[]
  readonly metrics?: FakeRun['metrics']
}

/** As much of MLflow's REST API as a sink needs, on 127.0.0.1 until the test ends. */
export async function fakeMlflow(): Promise<FakeMlflow> {
  const runs: FakeRun[] = []
  const authorizations = new Set<string | undefined>()
  const batches: number[] = []
  let experiment = false
  let broken = false
  const find = (id: string): FakeRun => runs.find((run) => run.id === id)!
  /** The answer, or undefined for what is not there. */
  const answers: Readonly<Record<string, (body: Body) => unknown>> = {
    'experiments/get-by-name': () => (experiment ? { experiment: { experiment_id: '7' } } : undefined),
    'experiments/create': () => {
      experiment = true
      return { experiment_id: '7' }
    },
    'runs/create': ({ run_name, tags }) => {
      const pairs = tags.map(({ key, value }) => [key, value] as const)
      const id = String(runs.length)
      runs.push({
        id,
        name: run_name,
        tags: Object.fromEntries(pairs),
        params: {},
        metrics: [],
        statuses: [],
      })
      return { run: { info: { run_id: id }, data: {} } }
    },
    'runs/search': ({ filter }) => {
      const found = runs.filter(({ tags }) => filter === `tags.umbra = '${tags.umbra}'`)
      return {
        runs: found.map(({ id, metrics }) => ({ info: { run_id: id }, data: { metrics: latest(metrics) } })),
      }
    },
    'runs/log-batch': ({ run_id, metrics = [], params = [] }) => {
      batches.push(metrics.length)
      find(run_id).metrics.push(...metrics)
      for (const { key, value } of params) find(run_id).params[key] = value
      return {}
    },
    'runs/update': ({ run_id, status }) => {
      find(run_id).statuses.push(status)
      return {}
    },
  }
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (part: Buffer) => (text += part.toString()))
    request.on('end', () => {
      authorizations.add(request.headers.authorization)
      const name = new URL(request.url!, 'http://x').pathname.replace('/api/2.0/mlflow/', '')
      const answer = answers[name]?.(JSON.parse(text === '' ? '{}' : text) as Body)
      if (broken) response.writeHead(500).end('out of order')
      else if (answer === undefined) response.writeHead(404).end('{"error_code":"RESOURCE_DOES_NOT_EXIST"}')
      else response.writeHead(200).end(JSON.stringify(answer))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    runs,
    authorizations,
    batches,
    break: () => void (broken = true),
  }
}

/** The last value of each metric: what MLflow says of a run. */
const latest = (metrics: FakeRun['metrics']): FakeRun['metrics'] => [
  ...new Map(metrics.map((metric) => [metric.key, metric])).values(),
]
