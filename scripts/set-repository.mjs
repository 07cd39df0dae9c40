import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { ROOT } from './bootstrap.mjs'
import { withRepository } from './with-repository.mjs'

// First step of `pnpm run release`: writes the address of the repository into the packages that are about to be published.

for (const folder of readdirSync(join(ROOT, 'packages'))) {
  const file = join(ROOT, 'packages', folder, 'package.json')
  if (!existsSync(file)) continue
  const manifest = JSON.parse(readFileSync(file, 'utf8'))
  const changed = withRepository(manifest, `packages/${folder}`, process.env)
  writeFileSync(file, `${JSON.stringify(changed, null, 2)}\n`)
}
