import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { createPackageFromTarballData } from '@arethetypeswrong/core'
import { pack, unpack } from '@publint/pack'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { ROOT } from './bootstrap.mjs'
import { packageFolders } from './package-folders.mjs'
import { packedProblems } from './packed-problems.mjs'
import { strictTypeProblems } from './strict-types.mjs'
import { typeDoorProblems } from './type-doors.mjs'

// `pnpm run packages`: packs every package as for publishing and checks the contents. Any address shows what becomes of links.
process.env.GITHUB_SERVER_URL ??= 'https://example.org'
process.env.GITHUB_REPOSITORY ??= 'umbra/umbra'

const license = readFileSync(join(ROOT, 'LICENSE'), 'utf8')
const destination = mkdtempSync(join(tmpdir(), 'umbra-packages-'))
try {
  for (const folder of packageFolders()) await check(folder)
} finally {
  rmSync(destination, { recursive: true, force: true })
}
for (const problem of strictTypeProblems()) report(problem)

async function check(folder) {
  const path = join(ROOT, 'packages', folder)
  const tarball = readFileSync(await pack(path, { packageManager: 'pnpm', destination }))
  const { files, rootDir } = await unpack(tarball)
  const sources = new Set(readdirSync(join(path, 'src'), { recursive: true }))
  const hasSource = (module) => sources.has(`${module}.ts`)
  const lint = await publint({ pkgDir: rootDir, pack: { files }, strict: true })
  const problems = [
    ...packedProblems(files, { license, hasSource }),
    ...lint.messages.map((message) => formatMessage(message, lint.pkg, { color: false })),
    ...(await typeDoorProblems(createPackageFromTarballData(tarball))),
  ]
  const bytes = files.reduce((sum, { data }) => sum + data.length, 0)
  console.log(`${lint.pkg.name}: ${files.length} files, ${Math.round(bytes / 1000)} kB unpacked`)
  for (const problem of problems) report(problem)
}

function report(problem) {
  console.error(`  ${problem}`)
  process.exitCode = 1
}
