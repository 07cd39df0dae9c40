import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { absoluteLinks } from './absolute-links.mjs'
import { StepFailed, attempt, script } from './bootstrap.mjs'
import { repositoryAddress } from './repository.mjs'

// Before a package is packed, in its folder: what is packed is built from the sources as they are.
await script(() => {
  if (!/^pnpm\//.test(process.env.npm_config_user_agent ?? ''))
    throw new StepFailed(
      'only pnpm knows the versions that workspace: and catalog: stand for; pack with pnpm',
    )
  const { name, exports } = JSON.parse(readFileSync('package.json', 'utf8'))
  rmSync('dist', { recursive: true, force: true })
  const options = ['--output-logs=errors-only', '--log-order=grouped']
  if (!attempt('pnpm', ['exec', 'turbo', 'run', 'build', `--filter=${name}`, ...options]))
    throw new StepFailed(`building ${name}`)
  for (const { default: code, types } of Object.values(exports))
    for (const file of [code, types])
      if (!existsSync(file)) throw new StepFailed(`${name} has no ${file} after its build`)
  const address = repositoryAddress(process.env)
  if (address === undefined) return
  const readme = join(process.cwd(), 'README.md')
  writeFileSync(readme, absoluteLinks(readFileSync(readme, 'utf8'), address))
})
