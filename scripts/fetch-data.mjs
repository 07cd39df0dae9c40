import { dirname, join, resolve } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { ROOT } from './bootstrap.mjs'
import { DATA } from './data-files.mjs'
import { FetchFailed } from './fetch-file.mjs'
import { fetchSet } from './fetch-set.mjs'

// `npm run fetch-data`: the data and weights that some tests and examples need.

const HELP = `npm run fetch-data -- [${DATA.map(({ id }) => id).join('] [')}] [options]

Fetches data and weights from where their authors publish them and verifies their checksums. Without a name: all.
Existing files are kept; interrupted downloads continue.

  --to <folder>       where to; else UMBRA_DATA, else shared/data next to the repository, where examples look
  --mirror <address>  fetch every file by its name from here instead; checksums stay the authors'
  --list              only say what would be fetched, and where to

A proxy in HTTPS_PROXY is used where NODE_USE_ENV_PROXY=1 is set too (Node 22.21 and 24 or later).
`

const usual = join(dirname(ROOT), 'shared', 'data')

try {
  process.exitCode = await main()
} catch (error) {
  if (!String(error.code).startsWith('ERR_PARSE_ARGS')) throw error
  console.error(`${error.message}\n\n${HELP}`)
  process.exitCode = 2
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      to: { type: 'string' },
      mirror: { type: 'string' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return done(HELP)
  const unknown = positionals.filter((name) => !DATA.some(({ id }) => id === name))
  if (unknown.length > 0) {
    console.error(`There is no ${unknown.join(', ')}; there are ${DATA.map(({ id }) => id).join(', ')}`)
    return 2
  }
  const sets = DATA.filter(({ id }) => positionals.length === 0 || positionals.includes(id))
  // npm runs scripts in the repository; a relative folder is resolved against the user's folder.
  const root = resolve(process.env.INIT_CWD ?? process.cwd(), values.to ?? process.env.UMBRA_DATA ?? usual)
  if (values.list) return done(sets.flatMap((set) => listed(set, root)).join('\n'))
  return fetchAll(sets, root, values.mirror)
}

async function fetchAll(sets, root, mirror) {
  const failures = []
  for (const set of sets) {
    console.log(`${set.title} -> ${join(root, set.folder)}`)
    try {
      await fetchSet(set, root, { say: (line) => console.log(line), ...(mirror !== undefined && { mirror }) })
    } catch (error) {
      // Errors of the file system have a code: a full disk, a read-only folder.
      if (!(error instanceof FetchFailed) && error.code === undefined) throw error
      failures.push(error.message)
      console.error(`  failed: ${error.message}`)
    }
  }
  if (failures.length > 0) {
    console.error('\nRun the same command again: it goes on from what has arrived.')
    return 1
  }
  return done(root === usual ? `Done: in ${root}` : `Done. For tests and examples: export UMBRA_DATA=${root}`)
}

function listed(set, root) {
  const files = 'archive' in set ? [set.archive] : set.files
  return [
    `${set.id}: ${set.title} -> ${join(root, set.folder)}`,
    ...files.map(({ url, hash, sum }) => `  ${url}\n    ${hash} ${sum}`),
  ]
}

function done(text) {
  console.log(text)
  return 0
}
