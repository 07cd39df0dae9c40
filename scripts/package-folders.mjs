import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './bootstrap.mjs'

/** The folders below `packages` that hold a package: `core`. */
export const packageFolders = () =>
  readdirSync(join(ROOT, 'packages')).filter((folder) =>
    existsSync(join(ROOT, 'packages', folder, 'package.json')),
  )
