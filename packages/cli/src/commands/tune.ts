import { type CheckedExperiment, type SearchOutcome, runTuning, withCandidate } from '@umbra/experiment'
import { UmbraError } from '@umbra/core'
import { Command } from 'commander'
import { searchAssignments } from '../config/search-assignments.js'
import type { RawConfig } from '../config/read-config.js'
import { type RunWork, runExperiment } from '../experiment/run-experiment.js'
import { duration } from '../output/format.js'
import { printJson } from '../output/print-json.js'
import { searchText } from '../output/search-text.js'
import { exitWith } from '../process/exit-with.js'
import type { Invocation } from '../process/invocation.js'
import { collect, examples } from '../config/common-options.js'
import { type RunFlags, addExperimentOptions } from '../experiment/experiment-options.js'

interface TuneFlags extends RunFlags {
  readonly method?: string
  readonly search?: readonly string[]
  readonly strategy?: string
  readonly trials?: string
  readonly eta?: string
}

/** `umbra tune`: searches options of one method on images held out from training. */
export const tuneCommand = (invocation: Invocation): Command => {
  const command = new Command('tune')
    .description('Search the options of a method on validation images; the test set is not used.')
    .option('-m, --method <id>', "method (default: the configuration's, if it searches only one)")
    .option('--search <option=values>', 'values to try, for example temperature=1,2,4,8; repeatable', collect)
    .option('--strategy <name>', 'grid, random or halving')
    .option('--trials <n>', 'number of combinations for random and halving')
    .option('--eta <n>', 'halving keeps 1 of n candidates per round')
    .option('--seeds <numbers>', 'seeds of the trials, for example 1000,1001')
    .addHelpText(
      'after',
      examples(
        'umbra tune --method kd --search temperature=1,2,4,8',
        'umbra tune -m kd --search temperature=1,2,4,8 --search kdWeight=0.5,0.9 --strategy halving --epochs 9',
      ),
    )
  return addExperimentOptions(command).action(
    ({ method, search, strategy, trials, eta, seeds, ...flags }: TuneFlags) =>
      runExperiment('tune', { ...flags, ...(method === undefined ? {} : { methods: method }) }, invocation, {
        adjust: (raw) =>
          searched(raw, {
            ...(search === undefined ? {} : { space: searchAssignments(search) }),
            settings: { strategy, trials: asNumber(trials), eta: asNumber(eta), seeds: asNumbers(seeds) },
            named: flags.name,
          }),
        work: tuneAndPrint(flags, invocation),
      }),
  )
}

const asNumber = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text)
const asNumbers = (text: string | undefined): number[] | undefined => text?.split(',').map(Number)

interface SearchWords {
  readonly space?: Readonly<Record<string, readonly unknown[]>>
  readonly settings: Readonly<Record<string, unknown>>
  readonly named: string | undefined
}

/** The configuration with only the methods to search, under a separate name. */
function searched(raw: RawConfig, { space, settings, named }: SearchWords): RawConfig {
  const entries = (Array.isArray(raw.methods) ? raw.methods : []).map(asEntry)
  if (space !== undefined && entries.length !== 1)
    throw new UmbraError('UMBRA_USAGE', {
      subject: '--search needs exactly one method',
      received: entries.map(({ id }) => String(id)).join(', ') || 'none',
      remedy: 'Name it with --method',
    })
  const methods = (
    space === undefined ? entries : entries.map((entry) => ({ ...entry, search: space }))
  ).filter(({ search }) => search !== undefined)
  if (methods.length === 0)
    throw new UmbraError('UMBRA_USAGE', {
      subject: 'umbra tune has nothing to search',
      expected: '--search option=values, or a method with `search` in the configuration',
    })
  const overrides = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
  const name = typeof raw.name === 'string' && named === undefined ? `${raw.name}-tune` : raw.name
  return {
    ...raw,
    methods,
    search: { ...(raw.search as object | undefined), ...overrides },
    ...(name === undefined ? {} : { name }),
  }
}

const asEntry = (entry: unknown): Readonly<Record<string, unknown>> =>
  typeof entry === 'object' && entry !== null ? (entry as Record<string, unknown>) : { id: entry }

const tuneAndPrint =
  ({ json }: RunFlags, { io }: Invocation): RunWork =>
  async (experiment, options, reporter) => {
    const result = await runTuning(experiment, options)
    const entry = entryOf(experiment)
    reporter.stop()
    if (json === true) printJson(io, { ...result, config: { methods: result.searches.map(entry) } })
    else {
      for (const outcome of result.searches) io.out(`\n${searchText(outcome, entry(outcome))}\n`)
      io.out(`\nwritten to ${result.runDir} in ${duration(result.seconds)}\n`)
    }
    // Some settings may well fail; a method of which all did has no result.
    const failed = result.searches.find((search) => search.failed !== undefined)
    if (failed?.failed !== undefined) {
      io.err(`every trial of ${failed.label} failed: ${failed.failed.code}: ${failed.failed.reason}\n`)
      throw exitWith(1)
    }
  }

/** A searched method as a configuration entry with its best options. */
const entryOf =
  ({ config }: CheckedExperiment) =>
  ({ label, options: bestOptions }: SearchOutcome): Readonly<Record<string, unknown>> => {
    const method = config.methods.find((entry) => entry.label === label)
    if (method === undefined) throw new Error(`no method ${label}`)
    const { id, options } = method
    return { id, ...(label === id ? {} : { label }), options: withCandidate(options, bestOptions ?? {}) }
  }
