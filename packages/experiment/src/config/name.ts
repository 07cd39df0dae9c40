import { contentHash } from '@umbra/core/files'
import { z } from '@umbra/core'

/** Names of devices, which Windows refuses as files, whatever their ending. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i

/**
 * A name that may become part of a path: of a run, a pair or a method. Letters, digits and `-_.+`, at most 80; not beginning
 * or ending with a dot, and not the name of a device.
 */
export const nameSchema = z
  .string()
  .max(80)
  .regex(/^[A-Za-z0-9_+-][\w.+-]*$/, 'letters, digits and - _ . +, not beginning with a dot')
  .refine((name) => !name.endsWith('.'), 'a name that does not end with a dot')
  .refine((name) => !RESERVED.test(name), 'a name that is not reserved by an operating system')

/** A name made of others, shortened where it would be too long. */
export const shortName = (name: string): string =>
  name.length <= 80 ? name : `${name.slice(0, 60)}-${contentHash(name)}`

/** Seeds, each once: an arm trained twice would wait for itself. */
export const seedsSchema = z
  .array(z.int().min(0))
  .min(1)
  .refine((seeds) => new Set(seeds).size === seeds.length, 'each seed once')

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
