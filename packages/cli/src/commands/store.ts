import { resolve } from 'node:path'
import { UmbraError } from '@umbra/core'
import { type StoreEntry, cleanStore, listStore, verifyStore } from '@umbra/experiment'
import { Command } from 'commander'
import { plainText } from '@umbra/core/trainer'
import { type CommonFlags, addCommonOptions, examples } from '../config/common-options.js'
import { columns } from '../output/format.js'
import { printJson } from '../output/print-json.js'
import { exitWith } from '../process/exit-with.js'
import type { Invocation } from '../process/invocation.js'

interface StoreFlags extends CommonFlags {
  readonly runs: string
}

interface CleanFlags extends StoreFlags {
  readonly unused?: true
  readonly olderThan?: string
  readonly dryRun?: true
  readonly yes?: true
}

/** `umbra store`: what runs share: teachers, assistants, logits and finished arms. */
export const storeCommand = (invocation: Invocation): Command =>
  new Command('store')
    .description('Show, verify and clean the store that the runs of a folder share.')
    .addHelpText(
      'after',
      examples('umbra store list', 'umbra store verify --runs runs', 'umbra store clean --unused --dry-run'),
    )
    .addCommand(listCommand(invocation))
    .addCommand(verifyCommand(invocation))
    .addCommand(cleanCommand(invocation))

const subcommand = (name: string, description: string, ...lines: readonly string[]): Command =>
  addCommonOptions(
    new Command(name)
      .description(description)
      .option('--runs <folder>', 'folder of the runs', 'runs')
      .addHelpText('after', examples(...lines)),
  )

const listCommand = ({ io }: Invocation): Command =>
  subcommand(
    'list',
    'List teachers, assistants, logits and arms, and the runs that refer to them.',
    'umbra store list',
    'umbra store list --json',
  ).action(({ runs, json }: StoreFlags) => {
    const entries = listStore(resolve(io.cwd, runs))
    if (json === true) printJson(io, entries)
    else io.out(entries.length === 0 ? 'the store is empty\n' : `${table(entries)}\n`)
  })

const verifyCommand = ({ io }: Invocation): Command =>
  subcommand(
    'verify',
    'Compare every checksum of the store and of the run folders. Exit code 1 if a file is damaged.',
    'umbra store verify --runs runs',
  ).action(({ runs, json }: StoreFlags) => {
    const { checked, damaged } = verifyStore(resolve(io.cwd, runs))
    if (json === true) printJson(io, { ok: damaged.length === 0, checked, damaged })
    else {
      for (const { path, problem } of damaged) io.out(`${shown(path)} is damaged: ${shown(problem)}\n`)
      io.out(`${checked} checked, ${damaged.length} damaged\n`)
    }
    if (damaged.length > 0) throw exitWith(1)
  })

const cleanCommand = ({ io }: Invocation): Command =>
  subcommand(
    'clean',
    'Remove what no run refers to. Run folders are left alone.',
    'umbra store clean --unused --dry-run',
    'umbra store clean --older-than 30d --yes',
  )
    .option('--unused', 'everything that no run refers to')
    .option('--older-than <days>', 'of that, only what is older, for example 30d')
    .option('--dry-run', 'show what would be removed')
    .option('--yes', 'remove it')
    .action(({ runs, json, unused, olderThan, dryRun, yes }: CleanFlags) => {
      if (unused !== true && olderThan === undefined)
        throw new UmbraError('UMBRA_USAGE', {
          subject: 'umbra store clean',
          expected: '--unused or --older-than',
          received: 'neither',
        })
      if (dryRun !== true && yes !== true)
        throw new UmbraError('UMBRA_USAGE', {
          subject: 'umbra store clean removes files',
          expected: '--dry-run to see which, or --yes to remove them',
          received: 'neither',
        })
      const before =
        olderThan === undefined ? undefined : new Date(Date.now() - daysOf(olderThan) * 86_400_000)
      const { removed, foreign } = cleanStore(resolve(io.cwd, runs), { before, dryRun: dryRun === true })
      const bytes = removed.reduce((sum, entry) => sum + entry.bytes, 0)
      if (json === true) {
        printJson(io, { dryRun: dryRun === true, bytes, removed, foreign })
        return
      }
      if (removed.length > 0) io.out(`${table(removed)}\n`)
      for (const path of foreign) io.out(`${shown(path)} has files that no run wrote: it stays\n`)
      io.out(`${dryRun === true ? 'would remove' : 'removed'} ${removed.length}, ${kilobytes(bytes)}\n`)
    })

function daysOf(text: string): number {
  const days = /^(\d{1,5})d?$/.exec(text)?.[1]
  if (days !== undefined) return Number(days)
  throw new UmbraError('UMBRA_USAGE', {
    subject: '--older-than',
    expected: 'a number of days, for example 30d',
    received: `"${text}"`,
  })
}

/** Names and notes come from files. */
const shown = (text: string): string => plainText(text, 1000)

const table = (entries: readonly StoreEntry[]): string =>
  columns([
    ['what', 'name', 'hash', 'size', 'made', 'by', 'used by'],
    ...entries.map(({ kind, label, hash, bytes, date, madeBy, usedBy }) => [
      ...[kind, label, hash, kilobytes(bytes), date.slice(0, 10), madeBy ?? '–'].map(shown),
      usedBy.length === 0 ? 'no run' : shown(usedBy.join(', ')),
    ]),
  ])

const kilobytes = (bytes: number): string =>
  bytes < 2 ** 20 ? `${Math.ceil(bytes / 1024)} kB` : `${(bytes / 2 ** 20).toFixed(1)} MB`
