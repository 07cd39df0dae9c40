import { relative } from 'node:path'
import process from 'node:process'
import { packedManifest } from './scripts/packed-manifest.mjs'
import { repositoryAddress } from './scripts/repository.mjs'

export const hooks = {
  beforePacking: (manifest, directory) =>
    packedManifest(
      manifest,
      relative(import.meta.dirname, directory).replaceAll('\\', '/'),
      repositoryAddress(process.env),
    ),
}
