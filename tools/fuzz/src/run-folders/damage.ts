import { lstatSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { filesIn } from '../folders.js'
import type { Random } from '../random.js'
import { DAMAGES, forge } from './damage-kinds.js'
import { lockText } from './lock-text.js'
import { RUN } from './template.js'

/** What was done to a folder of runs. */
export interface Damaged {
  readonly kind: string
  /** Figures with valid checksums were put in the place of others. */
  readonly forged: boolean
  /** Paths from the folder of runs. */
  readonly paths: readonly string[]
}

/** Files that decide what a run does; the others are logs, curves and reports. */
const DECIDING =
  /(^|\/)(run|record|teachers|result|model|rates|checkpoint-\d+|[0-9a-f]{16})\.(json|safetensors)$/

/** Damages one to three files of a folder of runs. */
export function damage(runs: string, outside: string, random: Random): Damaged {
  if (random.chance(0.12)) return foreignLock(runs, random)
  if (random.chance(0.06)) return swap(runs, random)
  const forged = random.chance(0.15)
  const names = Object.keys(DAMAGES) as [string, ...string[]]
  const kinds: string[] = []
  const paths: string[] = []
  const wanted = 1 + random.below(random.pick([1, 1, 3]))
  for (let tries = 0; kinds.length < wanted && tries < 20; tries++) {
    const files = filesIn(runs)
    const deciding = files.filter((path) => DECIDING.test(path))
    const path = random.pick((random.chance(0.75) ? deciding : files) as [string, ...string[]])
    const kind = forged ? 'forged' : random.pick(names)
    const apply = forged ? forge : DAMAGES[kind]
    if (!isPlain(join(runs, path)) || apply?.({ path: join(runs, path), outside, random }) === false) continue
    kinds.push(kind)
    paths.push(path)
  }
  const [kind = 'nothing'] = kinds
  return { kind: kinds.length > 1 ? 'several' : kind, forged, paths }
}

/** Whether it is still a file: one that was damaged before may be something else. */
const isPlain = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isFile() === true

/** A lock that no process of this run wrote, in one of the places of locks. */
function foreignLock(runs: string, random: Random): Damaged {
  const stored = filesIn(runs).filter((path) => path.endsWith('model.safetensors'))
  const path = random.pick([
    join(RUN, 'run.lock'),
    join(RUN, 'locks', 'arms-kd-s0'),
    join(dirname(stored[0] ?? 'x/y'), 'training.lock'),
  ])
  mkdirSync(dirname(join(runs, path)), { recursive: true })
  writeFileSync(join(runs, path), lockText(random))
  return { kind: 'foreign lock', forged: false, paths: [path] }
}

/** Two files in each other's place: each is as it was written, for something else. */
function swap(runs: string, random: Random): Damaged {
  const files = filesIn(runs).filter((path) => DECIDING.test(path))
  const one = random.pick(files as [string, ...string[]])
  const alike = files.filter((path) => path !== one && extname(path) === extname(one))
  const other = random.pick(alike as [string, ...string[]])
  const aside = join(runs, 'aside')
  renameSync(join(runs, one), aside)
  renameSync(join(runs, other), join(runs, one))
  renameSync(aside, join(runs, other))
  return { kind: 'swapped', forged: false, paths: [one, other] }
}
