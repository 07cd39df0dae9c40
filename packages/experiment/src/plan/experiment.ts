import type { Engine, Executor, UmbraError } from '@umbra/core'
import type { Registry } from '@umbra/core/trainer'
import type { Methods } from '../config/compose-method.js'
import type { PairConfig, ResolvedConfig } from '../config/experiment-config.js'
import type { RunCommand } from '../config/run-command.js'
import type { Rates } from '../store/rates.js'
import type { DataHashes } from '../identity/data-hash.js'
import type { Identities } from '../identity/identities.js'
import type { Operations } from '../operations/operations.js'
import type { SplitDataset } from '../teachers/load-dataset.js'
import type { TeacherIdentity } from '../teachers/teacher-identity.js'
import type { ModelSizes } from './model-sizes.js'
import type { PlannedArm } from './planned-arm.js'
import type { RunPlan } from './run-plan.js'

/** A configuration, with everything checked that can be checked without data. */
export interface CheckedExperiment {
  readonly command: RunCommand
  /** With the baselines that `compare` adds, and an absolute folder `runs`. */
  readonly config: ResolvedConfig
  /** Baselines that the configuration did not list. */
  readonly addedBaselines: readonly string[]
  readonly registry: Registry
  /** Relative paths of the configuration are resolved against this folder. */
  readonly baseDir: string
  /** Each method composed once for each pair and choice of options. */
  readonly methods: Methods
  /** What the code of methods threw when it was first called: their arms fail, the others are trained. */
  readonly broken: readonly UmbraError[]
  readonly executor: Executor
}

/** What is fixed before a run starts: its data, its teachers' identities, its arms and their hashes. */
export interface Experiment extends CheckedExperiment, DataHashes {
  readonly engine: Engine
  readonly now: () => number
  readonly cacheDir: string
  /** Folder of models and logits that are made once and reused. */
  readonly storeDir: string
  readonly dataset: SplitDataset
  readonly identities: Identities
  readonly operations: Operations
  /** Identity of a pair's student as built from a seed of the configuration. JSON. */
  readonly studentOf: (pair: PairConfig, seed: number) => unknown
  /** Teachers by the pair's id. */
  readonly teachers: ReadonlyMap<string, readonly TeacherIdentity[]>
  /** The arms of the comparison; none for a search alone. Those of a searched method get their options from the search. */
  readonly arms: readonly PlannedArm[]
  readonly sizes: ModelSizes
  /** Copies of a student's weights that hooks keep. */
  readonly copies: number
  /** Largest number of arms of a pair that are trained side by side. */
  readonly maxArms: (arm: Pick<PlannedArm, 'pair'>) => number
  readonly rates: Rates
  /** Stages, time and disk, counted from the beginning; the time uses the rates measured so far. */
  readonly plan: () => RunPlan
}
