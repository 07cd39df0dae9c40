import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { pack, unpack } from '@publint/pack'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { ROOT } from './bootstrap.mjs'
import { packedProblems } from './packed-problems.mjs'

// `pnpm run packages`, after a build: packs every package as for publishing and checks the contents.

const license = readFileSync(join(ROOT, 'LICENSE'), 'utf8')
const destination = mkdtempSync(join(tmpdir(), 'umbra-packages-'))
try {
  for (const folder of readdirSync(join(ROOT, 'packages'))) await check(folder)
} finally {
  rmSync(destination, { recursive: true, force: true })
}

async function check(folder) {
  const path = join(ROOT, 'packages', folder)
  if (!existsSync(join(path, 'package.json'))) return
  const tarball = await pack(path, { packageManager: 'pnpm', ignoreScripts: true, destination })
  const { files, rootDir } = await unpack(readFileSync(tarball))
  const hasSource = (module) => existsSync(join(path, 'src', `${module}.ts`))
  const lint = await publint({ pkgDir: rootDir, pack: { files }, strict: true })
  const problems = [
    ...packedProblems(files, { license, hasSource }),
    ...lint.messages.map((message) => formatMessage(message, lint.pkg, { color: false })),
  ]
  const bytes = files.reduce((sum, { data }) => sum + data.length, 0)
  console.log(`${lint.pkg.name}: ${files.length} files, ${Math.round(bytes / 1000)} kB unpacked`)
  for (const problem of problems) console.error(`  ${problem}`)
  if (problems.length > 0) process.exitCode = 1
}
