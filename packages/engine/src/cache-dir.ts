import envPaths from 'env-paths'
import { resolve } from 'node:path'

/** Folder of what Umbra downloads and builds for this user: `UMBRA_CACHE`, else the platform's cache folder. */
export function cacheDir(env: NodeJS.ProcessEnv = process.env): string {
  const own = env.UMBRA_CACHE
  return own === undefined || own === '' ? envPaths('umbra', { suffix: '' }).cache : resolve(own)
}
