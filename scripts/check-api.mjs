import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { diffLines } from 'diff'
import { apiReports } from './api-reports.mjs'
import { ROOT } from './bootstrap.mjs'
import { packageFolders } from './package-folders.mjs'

// `pnpm run api`, after a build: fails when a public signature differs from the one that was accepted. `pnpm run api:accept` accepts it.

const accept = process.argv.includes('--accept')
const reports = apiReports()
const kept = packageFolders().flatMap((folder) => {
  const path = `packages/${folder}/api`
  return existsSync(join(ROOT, path)) ? readdirSync(join(ROOT, path)).map((file) => `${path}/${file}`) : []
})
const textOf = (path) => (existsSync(join(ROOT, path)) ? readFileSync(join(ROOT, path), 'utf8') : '')
const now = new Map(reports.map(({ path, text }) => [path, text]))
let changed = 0
for (const path of [...new Set([...kept, ...now.keys()])].sort()) {
  const text = now.get(path) ?? ''
  const lines = changedLines(textOf(path), text)
  if (lines.length === 0) continue
  changed += 1
  console.log(`${path}:`)
  for (const line of lines) console.log(`  ${line}`)
  if (accept) write(path, text)
}
if (accept) console.log(`${changed} of ${now.size} reports changed`)
else if (changed > 0) {
  console.error(
    'public signatures have changed: if that is meant, run npm run api:accept and commit the reports with a changeset (docs/versions.md)',
  )
  process.exitCode = 1
}

function write(path, text) {
  const file = join(ROOT, path)
  if (text === '') rmSync(file)
  else {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
}

/** Lines that one text has and the other has not, with a sign before each. */
function changedLines(before, after) {
  return diffLines(before, after).flatMap(({ added, removed, value }) =>
    added || removed
      ? value
          .trimEnd()
          .split('\n')
          .map((line) => `${added ? '+' : '-'} ${line}`)
      : [],
  )
}
