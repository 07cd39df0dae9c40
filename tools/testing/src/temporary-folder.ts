import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import process from 'node:process'

/** The variables from which Node and other programs take the temporary folder. */
const NAMES = ['TMPDIR', 'TEMP', 'TMP']

const PREFIX = 'umbra-tests-'

/** Gives this process and its children a separate temporary folder; returns a function that removes it. */
export function separateTemporaryFolder(env: Record<string, string | undefined>): () => void {
  const before = NAMES.map((name) => [name, env[name]] as const)
  const folder = mkdtempSync(join(tmpdir(), PREFIX))
  for (const name of NAMES) env[name] = folder
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete env[name]
      else env[name] = value
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

let remove: (() => void) | undefined

/** Before the first worker of a run starts. Vitest calls it once a package, each with a copy of this module: one folder is enough. */
export function setup(): void {
  if (!basename(tmpdir()).startsWith(PREFIX)) remove = separateTemporaryFolder(process.env)
}

/** After the last worker has ended. */
export function teardown(): void {
  remove?.()
  remove = undefined
}
