import { assemble } from '@umbra/core/trainer'
import { eagerEngine } from '@umbra/core/testing'
import { toyImages } from '@umbra/testing'
import { createMethods } from '../src/config/compose-method.js'
import { configSchema, type PairConfig, type UmbraConfig } from '../src/config/experiment-config.js'
import { createIdentities } from '../src/identity/identities.js'
import { createOperations } from '../src/operations/operations.js'
import { listArms } from '../src/plan/list-arms.js'
import type { PlanContext } from '../src/plan/run-plan.js'
import { toyPlugin } from './toy-plugin.js'

/** What a plan on toy data is made from: cohorts of two, beside a teacher whose weights are there. */
export function toyPlan(
  images: number,
  settings: Partial<UmbraConfig>,
  rest: Partial<PlanContext> = {},
): PlanContext {
  const registry = assemble([toyPlugin])
  const config = configSchema.parse({
    ...{ dataset: { id: 'toy' }, student: { model: 'toy' }, methods: ['plain', 'imitate'], seeds: [0, 1] },
    teachers: [{ model: 'toy', weights: 'teacher.safetensors' }],
    ...settings,
  })
  const dataset: PlanContext['dataset'] = {
    ...{
      id: 'toy',
      shape: [6, 6, 1],
      classes: ['a', 'b', 'c'],
      train: toyImages(images),
      test: toyImages(30),
    },
    ...{ normalisation: { scale: 255, mean: [0.3], std: [0.3] }, sources: [] },
  }
  const identities = createIdentities(registry, dataset)
  const basis = {
    config,
    registry,
    engine: eagerEngine(),
    dataHash: 'data',
    testHash: () => 'test',
    identities,
    operations: createOperations({ registry, dataset, identities }),
    studentOf: (pair: PairConfig, seed: number) => [pair.student, seed],
    methods: createMethods(registry),
  }
  return {
    ...basis,
    teachers: new Map(),
    arms: listArms({ ...basis, teachers: new Map() }),
    dataset,
    copies: 0,
    sizes: () => ({ parameters: 100, activations: 1, macs: 1e6 }),
    command: 'compare',
    maxArms: () => 2,
    executor: {},
    rates: { get: () => 3, set: () => undefined, save: () => Promise.resolve() },
    ...rest,
  }
}
