import type { Dataset } from '../contracts/dataset.js'
import { buildModel } from '../model/build-model.js'
import type { Registry } from '../registry/registry.js'
import { namedSeed } from '../random/stream.js'
import type { ArmSpec } from '../trainer/arm.js'
import type { Teacher } from '../trainer/train-cohort.js'
import { contentHash } from '../util/canonical-json.js'
import { CORE_VERSION } from '../version.js'
import type { ResolvedConfig } from './config.js'
import type { PreparedMethod } from './prepare.js'
import { armResultSchema, type ArmResult } from './result.js'
import type { RunFolder } from './run-folder.js'

/** One arm to be trained, or found finished. */
export interface PlannedArm {
  readonly id: string
  readonly method: PreparedMethod
  readonly seed: number
  readonly hash: string
}

/** Everything that determines an arm beside its method and seed. */
export interface ArmBasis {
  readonly dataHash: string
  readonly teacherHashes: readonly string[]
  readonly engine: string
}

/** Arms of a seed, one for each method. */
export function planArms(
  methods: readonly PreparedMethod[],
  seed: number,
  config: ResolvedConfig,
  registry: Registry,
  basis: ArmBasis,
): PlannedArm[] {
  return methods.map((method) => {
    const plugin = registry.list('method').find(({ definition }) => definition.id === method.entry.id)!.plugin
    const source = { name: plugin.name, version: plugin.version, core: CORE_VERSION }
    const { student, recipe, teacherPrecision } = config
    const hash = contentHash([
      basis,
      student,
      recipe,
      teacherPrecision,
      method.entry.id,
      method.options,
      seed,
      source,
    ])
    return { id: `${method.entry.label}-s${seed}`, method, seed, hash }
  })
}

/** The result of an arm trained before, if everything that determines it is the same. */
export function finishedArm(folder: RunFolder, { id, hash }: PlannedArm): ArmResult | undefined {
  const parsed = armResultSchema.safeParse(folder.readJson(`arms/${id}/result.json`))
  return parsed.success && parsed.data.hash === hash ? parsed.data : undefined
}

/** A new student for an arm. All arms of a seed start from the same weights, unless the method replaces the student. */
export function armSpec(
  { id, method, seed }: PlannedArm,
  config: ResolvedConfig,
  registry: Registry,
  dataset: Dataset,
  teachers: { readonly all: readonly Teacher[]; readonly own: readonly number[] },
): ArmSpec {
  const choice = config.student.model
  const { definition, model } = buildModel(registry, choice, dataset, seed)
  return {
    id,
    method: method.entry.id,
    seed,
    model: method.wrapStudent(
      model,
      teachers.own.map((i) => teachers.all[i]!.model),
    ),
    aliases: definition.taps,
    objective: method.createObjective(),
    peer: (index) => buildModel(registry, choice, dataset, namedSeed(seed, `peer-${index}`)).model,
    teachers: teachers.own,
  }
}
