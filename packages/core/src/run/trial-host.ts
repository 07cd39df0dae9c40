import { join } from 'node:path'
import type { Trial, TrialArm } from '../contracts/executor.js'
import { ERROR_CODES } from '../errors/codes.js'
import { UmbraError } from '../errors/umbra-error.js'
import { buildModel } from '../model/build-model.js'
import { namedSeed } from '../random/stream.js'
import { createCheckpointStore, type CheckpointStore } from '../checkpoint/checkpoint-store.js'
import type { ArmSpec } from '../trainer/arm.js'
import { type ArmFailure, failureOf } from '../trainer/arm-failure.js'
import { type ArmOutcome, trainCohort } from '../trainer/train-cohort.js'
import { withLocks } from '../util/lock.js'
import { type ArmFiles, createArmFiles } from './arm-files.js'
import { inPair } from './arms.js'
import { readyAssistants } from './assistants.js'
import type { PairConfig, ResolvedConfig } from './config.js'
import { prepareMethod } from './prepare.js'
import type { ArmResult } from './result.js'
import { readyTeachers } from './teachers.js'
import type { ReadyTeacher, StageContext } from './train-once.js'

export interface TrialHostOptions extends StageContext {
  readonly config: ResolvedConfig
  readonly baseDir: string
  readonly runDir: string
}

/** Trains the trials of one run in this process. Teachers are loaded when first needed and kept. */
export interface TrialHost {
  readonly files: ArmFiles
  readonly checkpoints: (folder: Trial['folder'], arm: Pick<TrialArm, 'id' | 'hash'>) => CheckpointStore
  readonly teachersOf: (pair: string) => Promise<readonly ReadyTeacher[]>
  readonly train: (trial: Trial) => Promise<void>
  readonly dispose: () => Promise<void>
}

export function createTrialHost(options: TrialHostOptions): TrialHost {
  const { config, runDir, storeDir, listen } = options
  const files = createArmFiles(runDir, storeDir)
  const loaded = new Map<string, Promise<readonly ReadyTeacher[]>>()
  const pairOf = (id: string): PairConfig => config.pairs.find((pair) => pair.id === id)!
  const checkpoints: TrialHost['checkpoints'] = (folder, { id, hash }) =>
    createCheckpointStore(join(runDir, folder, id), { owner: hash })
  const teachersOf = (pair: string): Promise<readonly ReadyTeacher[]> => {
    const known = loaded.get(pair) ?? readyTeachers(pairOf(pair), options)
    loaded.set(pair, known)
    return known
  }

  const finish = async (trial: Trial, outcome: ArmOutcome, rest: Timing): Promise<void> => {
    const arm = trial.arms.find(({ id }) => id === outcome.id)!
    const result = resultOf(arm, trial.seed, outcome, rest)
    await files.write(trial.folder, result, outcome.failed === undefined ? finalOf(outcome) : undefined)
    checkpoints(trial.folder, arm).clear()
    const { evaluation: last, best, failed } = result
    listen({
      type: 'arm-end',
      stage: trial.stage,
      arm: arm.id,
      hash: arm.hash,
      cached: false,
      failed: failed !== undefined,
      ...(last === undefined ? {} : { last }),
      ...(best?.test === undefined ? {} : { best: best.test }),
    })
  }

  return {
    files,
    checkpoints,
    teachersOf,
    train: (trial) =>
      // A worker whose run was killed may still be at its last step.
      withLocks(
        trial.arms.map(({ id }) => join(runDir, 'locks', `${trial.folder}-${id}`)),
        options.signal,
        async () => {
          const open = trial.arms.filter(({ id, hash }) => files.read(trial.folder, id, hash) === undefined)
          const pair = pairOf(trial.pair)
          const teachers = await teachersOf(trial.pair)
          const recipe = { ...config.recipe, epochs: trial.epochs }
          const cohort = await makeSpecs(trial, open, pair, teachers, options)
          const { dataset } = options
          try {
            for (const [id, failed] of cohort.failed)
              await finish(trial, { id, failed, history: [], weights: new Map() }, noTime)
            if (cohort.specs.length === 0) return
            const { arms, seconds, imagesPerSecond } = await trainCohort({
              ...options,
              stage: trial.stage,
              title: trial.title,
              hooks: options.registry.hooks,
              data: {
                train: dataset.train,
                shape: dataset.shape,
                classes: dataset.classes.length,
                ...(dataset.validation === undefined ? {} : { validation: dataset.validation }),
                ...(trial.test ? { test: dataset.test } : {}),
              },
              teachers: cohort.teachers,
              arms: cohort.specs,
              studentNormalisation: pair.student.normalisation ?? dataset.normalisation,
              recipe,
              teacherPrecision: config.teacherPrecision,
              seed: trial.seed,
              checkpoints: (id) =>
                checkpoints(
                  trial.folder,
                  trial.arms.find((arm) => arm.id === id)!,
                ),
              // Checkpoints carry the hash of what they belong to: what is there may be used.
              resume: true,
            })
            const timing = { seconds, imagesPerSecond, cohort: cohort.specs.map(({ id }) => id) }
            for (const outcome of arms) await finish(trial, outcome, timing)
          } finally {
            for (const { model } of cohort.teachers.slice(teachers.length)) model.dispose()
          }
        },
      ),
    dispose: async () => {
      for (const pending of loaded.values())
        for (const { model } of await pending.catch(() => [])) model.dispose()
      loaded.clear()
    },
  }
}

interface CohortParts {
  readonly specs: readonly ArmSpec[]
  /** The pair's teachers, then the assistants of the arms. */
  readonly teachers: readonly ReadyTeacher[]
  readonly failed: ReadonlyMap<string, ArmFailure>
}

/** New students for the arms. All arms of a seed start from the same weights, unless a method replaces the student. */
async function makeSpecs(
  trial: Trial,
  open: readonly TrialArm[],
  pair: PairConfig,
  teachers: readonly ReadyTeacher[],
  context: TrialHostOptions,
): Promise<CohortParts> {
  const { registry, dataset, config, signal, listen } = context
  const { seed, stage } = trial
  const recipe = { ...config.recipe, epochs: trial.epochs }
  const all = [...teachers]
  const specs: ArmSpec[] = []
  const failed = new Map<string, ArmFailure>()
  for (const { id, method: entry } of open)
    try {
      const method = prepareMethod(registry, entry, pair)
      const assistants = await readyAssistants(
        method,
        seed,
        teachers,
        { student: pair.student, recipe, name: (own) => inPair(config, pair, own) },
        context,
      )
      const own = [...teachers.keys(), ...assistants.map((_, i) => all.length + i)]
      all.push(...assistants)
      const choice = pair.student.model
      const { definition, model } = buildModel(registry, choice, dataset, seed)
      specs.push({
        id,
        method: entry.id,
        seed,
        model: method.wrapStudent(
          model,
          own.map((i) => all[i]!.model),
        ),
        aliases: definition.taps,
        objective: method.createObjective(),
        peer: (index) => buildModel(registry, choice, dataset, namedSeed(seed, `peer-${index}`)).model,
        teachers: own,
      })
    } catch (error) {
      if (signal.aborted || !isOfMethod(error)) {
        for (const { model } of specs) model.dispose()
        for (const { model } of all.slice(teachers.length)) model.dispose()
        throw error
      }
      failed.set(id, failureOf(error))
      listen({ type: 'arm-failed', stage, arm: id, ...failureOf(error) })
    }
  return { specs, teachers: all, failed }
}

/** A full disk or a Ctrl-C is no method's fault. */
const isOfMethod = (error: unknown): boolean =>
  !(error instanceof UmbraError) ||
  (error.code !== 'UMBRA_INTERRUPTED' && ERROR_CODES[error.code] !== 'machine')

type Timing = Pick<ArmResult, 'seconds' | 'imagesPerSecond' | 'cohort'>
const noTime: Timing = { seconds: 0, imagesPerSecond: 0, cohort: [] }

const finalOf = ({ weights, best }: ArmOutcome): Parameters<ArmFiles['write']>[2] => ({
  weights,
  ...(best === undefined ? {} : { best }),
})

function resultOf(
  { id, method, hash }: TrialArm,
  seed: number,
  { evaluation, best, failed, history, ownSeconds }: ArmOutcome,
  timing: Timing,
): ArmResult {
  return {
    arm: id,
    label: method.label,
    method: method.id,
    seed,
    hash,
    ...timing,
    ...(ownSeconds === undefined ? {} : { ownSeconds }),
    ...(evaluation === undefined ? {} : { evaluation }),
    ...(best === undefined
      ? {}
      : {
          best: {
            epoch: best.epoch,
            validation: best.validation,
            ...(best.test === undefined ? {} : { test: best.test }),
          },
        }),
    ...(failed === undefined ? {} : { failed: { ...failed } }),
    history: [...history],
  }
}
