import { lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FuzzFailure } from '../target.js'
import type { Ended } from './command.js'
import type { Damaged } from './damage.js'

/** Files with a checksum. */
const SEALED =
  /(^|\/)(run|record|teachers|search|result|model|student|checkpoint-\d+|[0-9a-f]{16})\.(json|safetensors)$/

/** Throws if a change of a file with a checksum was passed over. `original` has the files as they were. */
export function expectVerified(
  { out }: Ended,
  { damaged, runs, original, what }: { damaged: Damaged; runs: string; original: string; what: string },
): void {
  const [path = '', ...others] = damaged.paths
  if (damaged.forged || others.length > 0 || !SEALED.test(path)) return
  if (!isChanged(join(original, path), join(runs, path))) return
  const { ok } = JSON.parse(out) as { readonly ok: boolean }
  if (ok) throw new FuzzFailure(`${what}: umbra store verify finds no damage`)
}

/** Whether there is something else than there was; a file of a megabyte is. What is gone, or leads nowhere, counts as never made. */
function isChanged(original: string, path: string): boolean {
  const state = lstatSync(path, { throwIfNoEntry: false })
  if (state === undefined || state.isSymbolicLink()) return false
  if (!state.isFile() || state.size > 2 ** 20) return true
  const [before, after] = [readFileSync(original), readFileSync(path)]
  return !before.equals(after) && !(path.endsWith('.json') && meaning(before) === meaning(after))
}

function meaning(bytes: Buffer): string {
  try {
    return JSON.stringify(JSON.parse(bytes.toString()))
  } catch {
    return `not JSON: ${bytes.toString('base64')}`
  }
}
