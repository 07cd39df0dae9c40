import { join } from 'node:path'
import { type CohortSpec, type ArmSpec, UmbraError, namedSeed } from '@umbra/core'
import {
  type ArmFailure,
  type TrainedArm,
  type NewArm,
  type CheckpointStore,
  ERROR_CODES,
  buildModel,
  chooseHooks,
  createCheckpointStore,
  failureOf,
  trainCohort,
} from '@umbra/core/trainer'
import { withLocks } from '@umbra/core/files'
import { type ArmFiles, createArmFiles } from '../store/arm-files.js'
import { inPair } from '../plan/planned-arm.js'
import { readyAssistants } from '../teachers/assistants.js'
import type { PairConfig, ResolvedConfig } from '../config/experiment-config.js'
import { composeMethod } from '../config/check-config.js'
import type { ArmResult } from '../store/arm-result.js'
import { readyTeachers } from '../teachers/ready-teachers.js'
import type { ReadyTeacher, StageContext } from '../teachers/train-once.js'

export interface CohortRunnerOptions extends StageContext {
  readonly config: ResolvedConfig
  readonly baseDir: string
  readonly runDir: string
}

/** Trains the cohorts of one run in this process. Teachers are loaded when first needed and kept. */
export interface CohortRunner {
  readonly files: ArmFiles
  readonly checkpoints: (folder: CohortSpec['folder'], arm: Pick<ArmSpec, 'id' | 'hash'>) => CheckpointStore
  readonly teachersOf: (pair: string) => Promise<readonly ReadyTeacher[]>
  readonly train: (cohort: CohortSpec) => Promise<void>
  readonly dispose: () => Promise<void>
}

export function createCohortRunner(options: CohortRunnerOptions): CohortRunner {
  const { config, runDir, storeDir, listen } = options
  const files = createArmFiles(runDir, storeDir)
  const loaded = new Map<string, Promise<readonly ReadyTeacher[]>>()
  const pairOf = (id: string): PairConfig => config.pairs.find((pair) => pair.id === id)!
  const checkpoints: CohortRunner['checkpoints'] = (folder, { id, hash }) =>
    createCheckpointStore(join(runDir, folder, id), { owner: hash })
  const teachersOf = (pair: string): Promise<readonly ReadyTeacher[]> => {
    const known = loaded.get(pair) ?? readyTeachers(pairOf(pair), options)
    loaded.set(pair, known)
    return known
  }

  const finish = async (cohort: CohortSpec, outcome: TrainedArm, rest: Timing): Promise<void> => {
    const arm = cohort.arms.find(({ id }) => id === outcome.id)!
    const result = resultOf(arm, cohort.seed, outcome, rest)
    await files.write(cohort.folder, result, outcome.failed === undefined ? finalOf(outcome) : undefined)
    checkpoints(cohort.folder, arm).clear()
    const { evaluation: last, best, average, failed } = result
    listen({
      type: 'arm-end',
      stage: cohort.stage,
      arm: arm.id,
      hash: arm.hash,
      cached: false,
      failed: failed !== undefined,
      ...(last === undefined ? {} : { last }),
      ...(best?.test === undefined ? {} : { best: best.test }),
      ...(average === undefined ? {} : { average }),
    })
  }

  return {
    files,
    checkpoints,
    teachersOf,
    train: (cohort) =>
      // A worker whose run was killed may still be at its last step.
      withLocks(
        cohort.arms.map(({ id }) => join(runDir, 'locks', `${cohort.folder}-${id}`)),
        options.signal,
        async () => {
          const open = cohort.arms.filter(({ id, hash }) => files.read(cohort.folder, id, hash) === undefined)
          const pair = pairOf(cohort.pair)
          const teachers = await teachersOf(cohort.pair)
          const recipe = { ...config.recipe, epochs: cohort.epochs }
          const parts = await makeArms(cohort, open, pair, teachers, options)
          const { dataset } = options
          try {
            for (const [id, failed] of parts.failed)
              await finish(cohort, { id, failed, history: [], weights: new Map() }, noTime)
            if (parts.arms.length === 0) return
            const { arms, seconds, imagesPerSecond } = await trainCohort({
              ...options,
              stage: cohort.stage,
              title: cohort.title,
              hooks: chooseHooks(options.registry, config.hooks ?? []),
              data: {
                train: dataset.train,
                shape: dataset.shape,
                classes: dataset.classes.length,
                ...(dataset.validation === undefined ? {} : { validation: dataset.validation }),
                ...(cohort.test ? { test: dataset.test } : {}),
              },
              teachers: parts.teachers,
              arms: parts.arms,
              studentNormalisation: pair.student.normalisation ?? dataset.normalisation,
              recipe,
              teacherPrecision: config.teacherPrecision,
              seed: cohort.seed,
              checkpoints: (id) =>
                checkpoints(
                  cohort.folder,
                  cohort.arms.find((arm) => arm.id === id)!,
                ),
              // Checkpoints carry the hash of what they belong to: what is there may be used.
              resume: true,
            })
            const timing = { seconds, imagesPerSecond, cohort: parts.arms.map(({ id }) => id) }
            for (const outcome of arms) await finish(cohort, outcome, timing)
          } finally {
            for (const { model } of parts.teachers.slice(teachers.length)) model.dispose()
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
  readonly arms: readonly NewArm[]
  /** The pair's teachers, then the assistants of the arms. */
  readonly teachers: readonly ReadyTeacher[]
  readonly failed: ReadonlyMap<string, ArmFailure>
}

/** New students for the arms. All arms of a seed start from the same weights, unless a method replaces the student. */
async function makeArms(
  cohort: CohortSpec,
  open: readonly ArmSpec[],
  pair: PairConfig,
  teachers: readonly ReadyTeacher[],
  context: CohortRunnerOptions,
): Promise<CohortParts> {
  const { registry, dataset, config, signal, listen } = context
  const { seed, stage } = cohort
  const recipe = { ...config.recipe, epochs: cohort.epochs }
  const all = [...teachers]
  const arms: NewArm[] = []
  const failed = new Map<string, ArmFailure>()
  for (const { id, method: entry } of open)
    try {
      const method = composeMethod(registry, entry, pair)
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
      arms.push({
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
        for (const { model } of arms) model.dispose()
        for (const { model } of all.slice(teachers.length)) model.dispose()
        throw error
      }
      failed.set(id, failureOf(error))
      listen({ type: 'arm-failed', stage, arm: id, ...failureOf(error) })
    }
  return { arms, teachers: all, failed }
}

/** A full disk or a Ctrl-C is no method's fault. */
const isOfMethod = (error: unknown): boolean =>
  !(error instanceof UmbraError) ||
  (error.code !== 'UMBRA_INTERRUPTED' && ERROR_CODES[error.code] !== 'machine')

type Timing = Pick<ArmResult, 'seconds' | 'imagesPerSecond' | 'cohort'>
const noTime: Timing = { seconds: 0, imagesPerSecond: 0, cohort: [] }

const finalOf = ({ weights, best, averageWeights }: TrainedArm): Parameters<ArmFiles['write']>[2] => ({
  weights,
  ...(averageWeights === undefined ? {} : { averageWeights }),
  ...(best === undefined ? {} : { best }),
})

function resultOf(
  { id, method, hash }: ArmSpec,
  seed: number,
  { evaluation, best, average, stopped, failed, history, ownSeconds }: TrainedArm,
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
    ...(average === undefined ? {} : { average }),
    ...(stopped === undefined ? {} : { stopped }),
    ...(failed === undefined ? {} : { failed: { ...failed } }),
    history: [...history],
  }
}
