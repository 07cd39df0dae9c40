import { contentHash } from '@umbra/core/files'
import { z } from '@umbra/core'

/** Names of devices, which Windows refuses as files, whatever their ending. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i

/** What a name is, for messages. */
export const NAME_RULE =
  '1 to 80 letters, digits or - _ . +, no dot at either end, and not a name that Windows reserves'

/** A name that may become part of a path: of a run, a pair, a method or a family of teachers. */
export const nameSchema = z
  .string()
  .refine(
    (name) => /^[A-Za-z0-9_+-][\w.+-]{0,79}$/.test(name) && !name.endsWith('.') && !RESERVED.test(name),
    `A name has ${NAME_RULE}`,
  )

/** A name made of others, shortened where it would be too long. */
export const shortName = (name: string): string =>
  name.length <= 80 ? name : `${name.slice(0, 60)}-${contentHash(name)}`

/** Seeds, each once: an arm trained twice would wait for itself. */
export const seedsSchema = z
  .array(z.int().min(0))
  .min(1)
  .refine((seeds) => new Set(seeds).size === seeds.length, 'Each seed is listed once')

/** The first two of some names that are the same but for capital letters: not every disk tells them apart. */
export function sameNames(names: readonly string[]): readonly [string, string] | undefined {
  const byFolded = new Map<string, string>()
  for (const name of names) {
    const folded = name.toLowerCase()
    const other = byFolded.get(folded)
    if (other !== undefined) return [other, name]
    byFolded.set(folded, name)
  }
  return undefined
}
