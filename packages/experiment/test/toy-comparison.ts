import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assemble } from '@umbra/core/trainer'
import { type CheckInput, checkExperiment } from '../src/check-experiment.js'
import { type ComparisonResult, runComparison } from '../src/comparison.js'
import type { RunOptions } from '../src/run-experiment.js'
import { runTuning, type TuningResult } from '../src/tuning.js'
import { configSchema, type UmbraConfig } from '../src/config/experiment-config.js'
import { eagerEngine } from '@umbra/core/testing'
import { toyPlugin } from './toy-plugin.js'

/** What a comparison is checked and run with. */
export type ComparisonInput = CheckInput & RunOptions

/** Checks and runs a comparison. */
export const compare = async (input: ComparisonInput): Promise<ComparisonResult> =>
  runComparison(checkExperiment(input), input)

/** Checks and runs a search alone. */
export const tune = async (input: ComparisonInput): Promise<TuningResult> =>
  runTuning(checkExperiment({ ...input, command: 'tune' }), input)

/** A toy teacher that a run trains itself. */
export const trainedTeacher = {
  model: { id: 'toy', options: { width: 6 } },
  train: { epochs: 3, batch: 10 },
}

export const newRuns = (): string => mkdtempSync(join(tmpdir(), 'umbra-compare-'))

/** Input of a short comparison on toy data: two methods, two seeds. */
export function toyComparison(
  runs: string,
  config: Partial<UmbraConfig> = {},
  rest: Partial<ComparisonInput> = {},
): ComparisonInput {
  const pair = 'pairs' in config ? {} : { teachers: [trainedTeacher], student: { model: 'toy' } }
  return {
    config: configSchema.parse({
      name: 'test',
      dataset: { id: 'toy' },
      ...pair,
      methods: ['plain', 'imitate'],
      seeds: [0, 1],
      recipe: { epochs: 2, batch: 10, optimiser: { kind: 'sgd', lr: 0.1 } },
      runs,
      ...config,
    }),
    registry: assemble([toyPlugin]),
    engine: eagerEngine(),
    baseDir: runs,
    cacheDir: runs,
    resume: false,
    overwrite: false,
    command: 'compare',
    signal: new AbortController().signal,
    listen: () => undefined,
    ...rest,
  }
}

/** The weights of every student of a run, by arm. */
export const studentsOf = (runs: string, name = 'test'): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(runs, name, 'arms'))
      .sort()
      .map((arm) => [arm, join(runs, name, 'arms', arm, 'student.safetensors')] as const)
      .filter(([, file]) => existsSync(file))
      .map(([arm, file]) => [arm, readFileSync(file).toString('base64')]),
  )
