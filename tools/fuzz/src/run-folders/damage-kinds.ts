import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { sealedJson } from '@umbra/core/files'
import { type Json, changeJson } from '../change-json.js'
import { mutate } from '../mutate.js'
import type { Random } from '../random.js'

/** Where a damage is done. */
export interface Place {
  readonly path: string
  /** A folder beside the runs that nothing may change. */
  readonly outside: string
  readonly random: Random
}

/** Damages one file, whatever is there; false where it does not apply. */
type Damage = (place: Place) => unknown

const VALUES = [
  ...[
    null,
    true,
    false,
    -1,
    0,
    1.5,
    1e308,
    -1e308,
    2 ** 53,
    '',
    '..',
    '../../x',
    '/',
    '__proto__',
    '\u001b[31m',
  ],
  ...[{}, [], [[]], [null], { toString: 1 }, 'x'.repeat(10_000), 'NaN', { arms: null }],
] as const satisfies readonly Json[]

const json = (path: string): Json | undefined => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Json
  } catch {
    return undefined
  }
}

const isObject = (value: Json | undefined): value is Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const replaced = (path: string): void => {
  rmSync(path, { recursive: true, force: true })
  mkdirSync(dirname(path), { recursive: true })
}

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`

/** Appends a piece many times, in little memory. */
const repeat = (path: string, piece: string, times: number): void => {
  for (let i = 0; i < times; i++) appendFileSync(path, piece)
}

/** Changes that checksums notice, or that leave nothing to be read: what is read after them is what was written. */
export const DAMAGES: Readonly<Record<string, Damage>> = {
  'bytes changed': ({ path, random }) => writeFileSync(path, mutate(readFileSync(path), random)),
  'cut off': ({ path, random }) => truncateSync(path, random.below(readFileSync(path).length)),
  emptied: ({ path }) => truncateSync(path),
  'digit changed': ({ path, random }) => {
    const text = readFileSync(path, 'latin1')
    const digits = [...text.matchAll(/\d/g)].map(({ index }) => index)
    if (digits.length === 0) return false
    const at = digits[random.below(digits.length)] ?? 0
    const digit = String((Number(text[at]) + 1 + random.below(9)) % 10)
    writeFileSync(path, text.slice(0, at) + digit + text.slice(at + 1), 'latin1')
  },
  'values changed': ({ path, random }) => {
    const value = json(path)
    if (value === undefined) return false
    writeFileSync(path, JSON.stringify(changeJson(value, random, VALUES)))
  },
  'null for an object': ({ path, random }) => {
    const value = json(path)
    if (!isObject(value)) return false
    const nulled = JSON.stringify(value, (key, inner: unknown) =>
      key !== '' && typeof inner === 'object' && random.chance(0.2) ? null : inner,
    )
    writeFileSync(path, random.chance(0.2) ? 'null' : nulled)
  },
  deep: ({ path, random }) => writeFileSync(path, nested(1 + random.below(random.pick([300, 200_000])))),
  'deep inside': ({ path, random }) => {
    const text = readFileSync(path, 'utf8')
    const depth = 1 + random.below(random.pick([300, 200_000]))
    writeFileSync(path, text.replace(/^\{/, `{"deep":${nested(depth)},`))
  },
  'many values': ({ path, random }) => {
    const value = random.pick(['{},', '[],', '1,', '"",'])
    writeFileSync(path, '{"many":[')
    repeat(path, value.repeat(1000), random.pick([1, 20_000]))
    appendFileSync(path, '0]}')
  },
  'long line': ({ path, random }) => {
    if (random.chance(0.5)) truncateSync(path)
    repeat(path, 'x'.repeat(2 ** 16), random.pick([1, 32, 2048]))
  },
  huge: ({ path, random }) => truncateSync(path, random.pick([300 * 2 ** 20, 3 * 2 ** 30, 2 ** 40])),
  deleted: ({ path }) => rmSync(path),
  'a folder': ({ path, random }) => {
    replaced(path)
    mkdirSync(path)
    if (random.chance(0.5))
      writeFileSync(join(path, random.pick(['mine.txt', 'result.json', 'run.json'])), '{}')
  },
  'a pipe': ({ path }) => {
    replaced(path)
    execFileSync('mkfifo', [path])
  },
  'a circle of links': ({ path }) => {
    replaced(path)
    symlinkSync(path, path)
  },
  'a link out': ({ path, outside, random }) => {
    replaced(path)
    const to = random.pick(['precious.txt', 'result.json', 'model.json', 'nothing', '.'])
    symlinkSync(resolve(outside, to), path)
  },
  'a folder linked out': ({ path, outside }) => {
    replaced(dirname(path))
    rmSync(dirname(path), { recursive: true, force: true })
    symlinkSync(outside, dirname(path))
  },
  'a device': ({ path, random }) => {
    replaced(path)
    symlinkSync(random.pick(['/dev/zero', '/dev/null', '/dev/full', '/proc/self/environ']), path)
  },
  'a strange name': ({ path, random }) => {
    const name = random.pick([
      '\u001b[31m',
      'a\nb',
      '..x',
      '\u202e',
      '__proto__',
      'x'.repeat(200),
      'nul\u0007',
    ])
    mkdirSync(join(dirname(path), name), { recursive: true })
    writeFileSync(
      join(dirname(path), name, 'result.json'),
      random.pick(['', '{}', 'null', readFileSync(path)]),
    )
  },
}

/** A file with other values and the right checksum: nothing can tell it from one that was written so. */
export const forge: Damage = ({ path, random }) => {
  const value = json(path)
  if (!isObject(value)) return false
  const { checksum, ...rest } = value
  if (checksum === undefined) return false
  let changed: Json = rest
  for (let i = 0; i <= random.below(3); i++) changed = changeJson(changed, random, VALUES)
  if (!isObject(changed)) return false
  writeFileSync(path, sealedJson(changed))
}
