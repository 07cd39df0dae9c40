import process from 'node:process'
import {
  definePlugin,
  defineSink,
  z,
  type Plugin,
  type RunEvent,
  type Sink,
  type SinkContext,
} from '@umbra/core'

const options = z.strictObject({
  url: z
    .string()
    .default('')
    .describe('Address of the server; MLFLOW_TRACKING_URI, or port 5000 here, when empty'),
  experiment: z.string().min(1).default('umbra').describe('MLflow experiment, made where there is none'),
})

/** Largest number of metrics that MLflow accepts in one request. */
const BATCH = 1000
const TIMEOUT = 10_000

interface Metric {
  readonly key: string
  readonly value: number
  readonly timestamp: number
  readonly step: number
}
interface MlflowRun {
  readonly info: { readonly run_id: string }
  readonly data: { readonly metrics?: readonly { readonly key: string; readonly step: number | string }[] }
}
/** One arm, which is one MLflow run. */
interface Arm {
  readonly id: string
  readonly stage: string
  /** Last step of each metric on the server: steps that a resumed arm repeats are not sent again. */
  readonly sent: Map<string, number>
  waiting: Metric[]
  status: 'RUNNING' | 'FINISHED' | 'FAILED' | 'KILLED'
}

const mlflow = defineSink({
  id: 'mlflow',
  summary: 'An MLflow tracking server: a run an arm, metrics in batches.',
  options,
  open: async (context, { url, experiment }) => {
    const address = url !== '' ? url : (process.env.MLFLOW_TRACKING_URI ?? 'http://127.0.0.1:5000')
    const api = client(address, credentials(process.env))
    return createSink(api, await experimentId(api, experiment), context)
  },
})

export const plugin: Plugin = definePlugin({
  name: 'umbra-plugin-mlflow',
  version: '0.1.0',
  contract: 1,
  provides: [mlflow],
})

function createSink(api: Api, experiment: string, { name, config, resumed }: SinkContext): Sink {
  const arms = new Map<string, Arm>()
  const reached = new Map<string, number>()

  const armOf = async (stage: string, arm: string): Promise<Arm> => {
    // A seed's arms may be trained in several parts, `seed-0.2`, which differ from session to session.
    const key = `${stage.replace(/\.\d+$/, '')}/${arm}`
    const known = arms.get(key)
    if (known !== undefined) return known
    const tag = `${name}/${key}`
    const earlier = resumed ? await findRun(api, experiment, tag) : undefined
    const run = earlier ?? (await createRun(api, experiment, `${name} ${arm}`, tag, config))
    const sent = new Map((run.data.metrics ?? []).map(({ key, step }) => [key, Number(step)]))
    const made: Arm = { id: run.info.run_id, stage, sent, waiting: [], status: 'RUNNING' }
    if (earlier !== undefined) await setStatus(api, made)
    arms.set(key, made)
    return made
  }
  const log = async (arm: Arm, step: number, values: Readonly<Record<string, number>>): Promise<void> => {
    const timestamp = Date.now()
    for (const [key, value] of Object.entries(values)) {
      if (!Number.isFinite(value) || step <= (arm.sent.get(key) ?? 0)) continue
      arm.sent.set(key, step)
      arm.waiting.push({ key, value, timestamp, step })
    }
    if (arm.waiting.length >= BATCH) await send(api, arm)
  }
  const finish = async (stage: string): Promise<void> => {
    for (const arm of arms.values()) {
      if (arm.stage !== stage || arm.status !== 'RUNNING') continue
      await send(api, arm)
      arm.status = 'FINISHED'
      await setStatus(api, arm)
    }
  }
  const flush = async (): Promise<void> => {
    for (const arm of arms.values()) await send(api, arm)
  }

  const event = async (told: RunEvent): Promise<void> => {
    if (told.type === 'stage-start') {
      reached.set(told.stage, told.done)
    } else if (told.type === 'step') {
      reached.set(told.stage, told.step)
      for (const [id, { loss, accuracy, terms }] of Object.entries(told.metrics)) {
        const named = Object.entries(terms).map(([term, value]) => [`terms/${term}`, value] as const)
        const arm = await armOf(told.stage, id)
        await log(arm, told.step, {
          'train/loss': loss,
          'train/accuracy': accuracy,
          ...Object.fromEntries(named),
        })
      }
    } else if (told.type === 'evaluated') {
      const arm = await armOf(told.stage, told.arm)
      await log(arm, reached.get(told.stage) ?? 0, { [`${told.set}/top1`]: told.result.top1 })
    } else if (told.type === 'arm-failed') {
      const arm = await armOf(told.stage, told.arm)
      await send(api, arm)
      arm.status = 'FAILED'
      await setStatus(api, arm)
    } else if (told.type === 'stage-end') await finish(told.stage)
  }
  return {
    event,
    flush,
    close: async () => {
      await flush()
      for (const arm of arms.values()) {
        if (arm.status !== 'RUNNING') continue
        arm.status = 'KILLED'
        await setStatus(api, arm)
      }
    },
  }
}

type Api = (method: 'GET' | 'POST', path: string, body: Readonly<Record<string, unknown>>) => Promise<unknown>

/** Calls the REST API, version 2.0. Throws the server's error message. */
function client(address: string, authorization: string | undefined): Api {
  const base = new URL('api/2.0/mlflow/', address.endsWith('/') ? address : `${address}/`)
  return async (method, path, body) => {
    const url = new URL(path, base)
    if (method === 'GET')
      for (const [key, value] of Object.entries(body)) url.searchParams.set(key, String(value))
    const response = await fetch(url, {
      method,
      headers: {
        'Content-Type': 'application/json',
        ...(authorization === undefined ? {} : { Authorization: authorization }),
      },
      ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT),
    }).catch((cause: unknown) => {
      throw new Error(`no answer from the MLflow server ${base.origin}`, { cause })
    })
    const text = await response.text()
    if (response.ok) return JSON.parse(text) as unknown
    throw new MlflowError(
      `MLflow answered ${response.status} to ${path}: ${text.slice(0, 200)}`,
      response.status,
    )
  }
}

class MlflowError extends Error {
  readonly status: number
  constructor(message: string, status: number) {
    super(message)
    this.status = status
  }
}

/** The variables that MLflow's clients read; secrets do not belong in a configuration. */
function credentials(env: NodeJS.ProcessEnv): string | undefined {
  const { MLFLOW_TRACKING_TOKEN: token, MLFLOW_TRACKING_USERNAME: user } = env
  if (token !== undefined) return `Bearer ${token}`
  if (user === undefined) return undefined
  return `Basic ${Buffer.from(`${user}:${env.MLFLOW_TRACKING_PASSWORD ?? ''}`).toString('base64')}`
}

async function experimentId(api: Api, name: string): Promise<string> {
  try {
    const found = await api('GET', 'experiments/get-by-name', { experiment_name: name })
    return (found as { experiment: { experiment_id: string } }).experiment.experiment_id
  } catch (error) {
    if (!(error instanceof MlflowError) || error.status !== 404) throw error
    const made = await api('POST', 'experiments/create', { name })
    return (made as { experiment_id: string }).experiment_id
  }
}

async function findRun(api: Api, experiment: string, tag: string): Promise<MlflowRun | undefined> {
  const found = await api('POST', 'runs/search', {
    experiment_ids: [experiment],
    filter: `tags.umbra = '${tag.replaceAll("'", '')}'`,
    max_results: 1,
  })
  return (found as { runs?: readonly MlflowRun[] }).runs?.[0]
}

async function createRun(
  api: Api,
  experiment: string,
  name: string,
  tag: string,
  config: Readonly<Record<string, unknown>>,
): Promise<MlflowRun> {
  const made = await api('POST', 'runs/create', {
    experiment_id: experiment,
    run_name: name,
    start_time: Date.now(),
    tags: [{ key: 'umbra', value: tag.replaceAll("'", '') }],
  })
  const { run } = made as { run: MlflowRun }
  const params = Object.entries(config).map(([key, value]) => ({
    key,
    value: JSON.stringify(value).slice(0, 500),
  }))
  await api('POST', 'runs/log-batch', { run_id: run.info.run_id, params: params.slice(0, 100) })
  return run
}

async function send(api: Api, arm: Arm): Promise<void> {
  while (arm.waiting.length > 0) {
    const metrics = arm.waiting.slice(0, BATCH)
    arm.waiting = arm.waiting.slice(BATCH)
    await api('POST', 'runs/log-batch', { run_id: arm.id, metrics })
  }
}

const setStatus = (api: Api, { id, status }: Arm): Promise<unknown> =>
  api('POST', 'runs/update', {
    run_id: id,
    status,
    ...(status === 'RUNNING' ? {} : { end_time: Date.now() }),
  })
