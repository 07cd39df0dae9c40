import process from 'node:process'
import { StepFailed, script } from './bootstrap.mjs'
import { repositoryAddress } from './repository.mjs'

// First step of `pnpm run release`: provenance and the links of READMEs need the address.
await script(() => {
  if (repositoryAddress(process.env) === undefined)
    throw new StepFailed(
      'the address of the repository is not known: write it in scripts/repository.mjs, or set GITHUB_SERVER_URL and GITHUB_REPOSITORY',
    )
})
