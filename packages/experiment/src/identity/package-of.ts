import { readFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'

/** The package that a file belongs to. */
export interface FilePackage {
  readonly root: string
  readonly name: string
  readonly version: string
  /** Whether it lies in `node_modules`: a release, not code that is being worked on. */
  readonly installed: boolean
}

/** The nearest folder above a file whose `package.json` has a name; undefined if there is none. */
export function packageOf(file: string): FilePackage | undefined {
  for (let root = dirname(file); ; root = dirname(root)) {
    const { name, version } = manifestIn(root)
    if (typeof name === 'string')
      return {
        ...{ root, name, version: typeof version === 'string' ? version : '' },
        installed: root.includes(`${sep}node_modules${sep}`),
      }
    if (dirname(root) === root) return undefined
  }
}

function manifestIn(folder: string): { readonly name?: unknown; readonly version?: unknown } {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    return typeof manifest === 'object' && manifest !== null ? manifest : {}
  } catch {
    return {}
  }
}
