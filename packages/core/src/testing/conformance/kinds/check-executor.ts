import type { CohortSpec, ExecutorContext, ExecutorDefinition } from '../../../contracts/executor.js'
import { UmbraError } from '../../../errors/umbra-error.js'
import { parseOptions } from '../../../options/parse-options.js'
import { checkOptions } from '../checks/options.js'
import { type Finding, failed, firstFailure, judge, judgeLater, passed, type Verdict } from '../verdict.js'
import { withFolder } from './temporary-folder.js'

const cohort = (seed: number): CohortSpec => ({
  ...{
    stage: `seed-${seed}`,
    title: `seed ${seed}`,
    pair: 'pair',
    seed,
    epochs: 1,
    folder: 'arms',
    test: true,
  },
  arms: ['kd', 'ce'].map((id) => ({
    id: `${id}-s${seed}`,
    method: { id, label: id, options: {} },
    hash: `${id}${seed}`,
  })),
})
const COHORTS = [0, 1, 2, 3].map(cohort)

/** Holds an executor that trains in its own process (by `context.train`) to what a run expects of it. */
export async function checkExecutor(
  definition: ExecutorDefinition,
  options: Readonly<Record<string, unknown>> = {},
): Promise<Verdict[]> {
  const name = `executor "${definition.id}"`
  const first = judge(name, 'options', () => checkOptions(definition.options, options))
  if (first.status === 'failed') return [first]
  const parsed = parseOptions(definition.options, options, name)
  const run = (train: ExecutorContext['train'], signal = new AbortController().signal): Promise<void> =>
    withFolder((runDir) =>
      definition.create(parsed).run(COHORTS, {
        job: {
          config: {},
          baseDir: runDir,
          cacheDir: runDir,
          command: 'compare',
          runDir,
          takeOver: false,
          program: {},
        },
        ...{ train, signal, listen: () => undefined },
      }),
    )
  return [
    first,
    await judgeLater(name, 'once', () => checkOnce(run), 5),
    await judgeLater(name, 'failure', () => checkFailure(run), 5),
    await judgeLater(name, 'cancel', () => checkCancel(run), 5),
  ]
}

type Run = (train: ExecutorContext['train'], signal?: AbortSignal) => Promise<void>

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

/** Every arm once, and all of them done when it says so. */
async function checkOnce(run: Run): Promise<Finding> {
  const done: string[] = []
  await run(async ({ arms }) => {
    await pause()
    done.push(...arms.map(({ id }) => id))
  })
  const failures = COHORTS.flatMap(({ arms }) => arms).flatMap(({ id }) => {
    const times = done.filter((other) => other === id).length
    if (times === 1) return []
    return [
      `Every arm must be trained once before \`run\` resolves; "${id}" was ${times === 0 ? 'not' : `${times} times`}.`,
    ]
  })
  return firstFailure(failures, 'Every arm is trained once.')
}

/** One cohort that fails is reported, and the others are trained. */
async function checkFailure(run: Run): Promise<Finding> {
  const trained = new Set<number>()
  const broken = new UmbraError('UMBRA_WORKER', { subject: 'a cohort of the conformance kit' })
  let reported: unknown
  try {
    await run(async ({ seed }) => {
      await pause()
      if (seed === 1) throw broken
      trained.add(seed)
    })
  } catch (error) {
    reported = error
  }
  if (reported === undefined) return failed('A cohort that fails must make `run` reject; it resolved.')
  const left = COHORTS.filter(({ seed }) => seed !== 1 && !trained.has(seed))
  if (left.length > 0)
    return failed(
      `The other cohorts must be trained when one fails; ${left.map(({ stage }) => stage).join(', ')} were not.`,
    )
  return passed('A cohort that fails is reported, and the others are trained.')
}

/** On abort no cohort is begun, and `run` ends. */
async function checkCancel(run: Run): Promise<Finding> {
  const controller = new AbortController()
  let late = 0
  const interrupted = (): UmbraError => new UmbraError('UMBRA_INTERRUPTED', { subject: 'the run' })
  await run(async () => {
    if (controller.signal.aborted) late += 1
    controller.abort()
    await pause()
    throw interrupted()
  }, controller.signal).catch((error: unknown) => {
    if (!(error instanceof UmbraError) || error.code !== 'UMBRA_INTERRUPTED') throw error
  })
  return firstFailure(
    late === 0 ? [] : [`After an abort no cohort may be begun; ${late} were.`],
    'An abort ends it.',
  )
}
