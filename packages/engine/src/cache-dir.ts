import envPaths from 'env-paths'
import { resolve } from 'node:path'

/** Folder of everything that Umbra downloads and builds for this user: `UMBRA_CACHE`, else the platform's cache folder. */
export function cacheDir(env: NodeJS.ProcessEnv = process.env): string {
  const folder = env.UMBRA_CACHE ?? ''
  return folder === '' ? envPaths('umbra', { suffix: '' }).cache : resolve(folder)
}
