import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { type FakeMlflow, fakeMlflow } from './fake-mlflow.js'
import { type CliRun, runCli, type RunCliOptions } from './run-cli.js'
import { folderWith, smallConfig } from './workspace.js'

afterEach(() => void vi.unstubAllEnvs())

const SINK = resolve(import.meta.dirname, '../../../examples/06-own-sink/mlflow.ts')
const workspace = (): string =>
  folderWith({
    'umbra.config.json': smallConfig({ recipe: { epochs: 4, batch: 16 } }),
  })
/** A run with the sink of the example and those that are on by default. */
const run = (
  cwd: string,
  { url }: FakeMlflow,
  words: readonly string[] = [],
  rest: RunCliOptions = {},
): Promise<CliRun> => {
  vi.stubEnv('MLFLOW_TRACKING_URI', url)
  return runCli(['compare', '--plugin', SINK, '--sink', 'mlflow', ...words], { cwd, ...rest })
}
const steps = ({ runs }: FakeMlflow, key: string): (readonly number[])[] =>
  runs.map(({ metrics }) => metrics.filter((metric) => metric.key === key).map(({ step }) => step))

test('06-own-sink: an MLflow run an arm, with metrics, parameters and its end; TensorBoard and live stay on', async () => {
  vi.stubEnv('MLFLOW_TRACKING_TOKEN', 'secret-token')
  const server = await fakeMlflow()
  const cwd = workspace()
  const { code, err, out } = await run(cwd, server)
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' })
  expect([...server.authorizations]).toEqual(['Bearer secret-token'])
  expect(server.runs).toHaveLength(1)
  const [arm] = server.runs
  expect(arm).toMatchObject({
    name: 'small ce-s0',
    tags: { umbra: 'small/seed-0/ce-s0' },
    params: { seeds: '[0]' },
    statuses: ['FINISHED'],
  })
  expect(arm!.metrics.map(({ key }) => key)).toEqual(
    expect.arrayContaining(['train/loss', 'train/accuracy', 'terms/ce', 'test/top1']),
  )
  expect(steps(server, 'test/top1')[0]!.at(-1)).toBe(steps(server, 'train/loss')[0]!.at(-1))
  // Batched: far fewer requests than values.
  expect(Math.max(...server.batches)).toBeGreaterThan(2)
  expect(readdirSync(join(cwd, 'runs', 'small', 'metrics')).sort()).toEqual(['ce-s0', 'steps.jsonl'])
  // The secret is nowhere but in the environment.
  expect(out + err + readFileSync(join(cwd, 'runs', 'small', 'run.json'), 'utf8')).not.toContain(
    'secret-token',
  )
})

test('06-own-sink: a resumed run continues the same MLflow runs and sends nothing twice', async () => {
  const server = await fakeMlflow()
  const cwd = workspace()
  let interrupted = false
  const stopped = await run(cwd, server, [], {
    watch: (text) => {
      if (interrupted || !/epoch 2 {2}(test|validation) top-1/.test(text)) return
      interrupted = true
      process.emit('SIGINT')
    },
  })
  expect(stopped.code).toBe(130)
  expect(server.runs[0]!.statuses).toEqual(['KILLED'])
  expect((await run(cwd, server, ['--resume'])).code).toBe(0)
  expect(server.runs).toHaveLength(1)
  expect(server.runs[0]!.statuses).toEqual(['KILLED', 'RUNNING', 'FINISHED'])
  for (const key of ['train/loss', 'test/top1']) {
    const [sent] = steps(server, key)
    expect(sent!.length).toBeGreaterThan(0)
    expect(sent).toEqual([...new Set(sent)].sort((a, b) => a - b))
  }
})

test('06-own-sink: a server that is down, or breaks down, is one line of output and costs nothing', async () => {
  const down = await run(workspace(), { ...(await fakeMlflow()), url: 'http://127.0.0.1:9' })
  expect(down.code).toBe(0)
  expect(down.err.match(/sink "mlflow"/g)).toHaveLength(1)
  expect(down.err).toContain('no answer from the MLflow server http://127.0.0.1:9')

  const server = await fakeMlflow()
  const broken = await run(workspace(), server, [], {
    watch: (text) => {
      if (/epoch 1 {2}(test|validation) top-1/.test(text)) server.break()
    },
  })
  expect(broken.code).toBe(0)
  expect(
    broken.err.match(/sink "mlflow" \(plugin "[^"]+"\) failed and was dropped: .*MLflow answered 500/g),
  ).toHaveLength(1)
})

test('no sinks, an unknown one, and those of a configuration', async () => {
  const cwd = workspace()
  expect((await runCli(['compare', '--set', 'sinks=[]', '--quiet'], { cwd })).code).toBe(0)
  expect(existsSync(join(cwd, 'runs', 'small', 'metrics'))).toBe(false)
  // Another choice of sinks is not another run.
  expect((await runCli(['compare', '--resume', '--quiet'], { cwd })).code).toBe(0)
  const unknown = await runCli(['compare', '--sink', 'tensorbord', '--overwrite'], { cwd })
  expect(unknown).toMatchObject({ code: 2, out: '' })
  expect(unknown.err).toContain('unknown sink "tensorbord". Did you mean "tensorboard"?')
})
