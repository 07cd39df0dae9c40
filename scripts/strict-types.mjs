import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { ROOT } from './bootstrap.mjs'
import { packageFolders } from './package-folders.mjs'

/**
 * Errors in the declarations of the built packages, as a project with `skipLibCheck: false` and exact options sees them; those in
 * declarations of other packages are theirs.
 *
 * @returns {string[]}
 */
export function strictTypeProblems() {
  const files = packageFolders().flatMap((folder) => {
    const { exports } = JSON.parse(readFileSync(join(ROOT, 'packages', folder, 'package.json'), 'utf8'))
    return Object.values(exports).map(({ types }) => join(ROOT, 'packages', folder, types))
  })
  const options = {
    ...{ target: 'es2022', lib: ['es2023'], module: 'nodenext', types: ['node'] },
    ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
    ...{ isolatedModules: true, verbatimModuleSyntax: true, skipLibCheck: false, noEmit: true },
  }
  const parent = join(ROOT, '.umbra')
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, 'types-'))
  try {
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files }))
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
    const { stdout } = spawnSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], {
      cwd: ROOT,
      encoding: 'utf8',
    })
    return stdout.split('\n').filter((line) => /^(?:packages[/\\]|error)/.test(line))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
