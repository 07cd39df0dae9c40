import { lstatSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Paths of all files below a folder, relative to it and in order. Links and pipes are files; links are not followed. */
export function filesIn(folder: string, below = ''): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(below, entry.name)
      return entry.isDirectory() ? filesIn(folder, path) : [path]
    })
}

/** Everything about a folder that a change in it changes: names, kinds and contents. */
export const snapshotOf = (folder: string): string =>
  JSON.stringify(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .sort()
      .map((name) => {
        const path = join(folder, name)
        const kind = lstatSync(path)
        return [name, kind.mode, kind.isFile() ? readFileSync(path, 'base64') : '']
      }),
  )
