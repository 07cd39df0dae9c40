import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CompilerState, Extractor, ExtractorConfig } from '@microsoft/api-extractor'
import { ROOT } from './bootstrap.mjs'
import { packageFolders } from './package-folders.mjs'

/**
 * The signatures of every door of every built package, those of types that a door does not export but its signatures mention among them.
 * All doors are read as one program: that takes a third of the time.
 *
 * @returns {{ path: string, text: string }[]} each with the place where it is kept, from the root: `packages/core/api/trainer.api.md`
 */
export function apiReports() {
  const parent = join(ROOT, '.umbra')
  mkdirSync(parent, { recursive: true })
  const scratch = mkdtempSync(join(parent, 'api-'))
  try {
    return extract(doors(), scratch)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function doors() {
  return packageFolders().flatMap((folder) => {
    const path = join(ROOT, 'packages', folder)
    const { exports } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
    return Object.entries(exports).map(([door, { types }]) => ({
      folder,
      path,
      entry: join(path, types),
      name: door === '.' ? 'index' : door.slice(2).replaceAll('/', '-'),
    }))
  })
}

function extract(doors, scratch) {
  const tsconfig = join(scratch, 'tsconfig.json')
  const compilerOptions = {
    ...{ target: 'es2022', lib: ['es2023'], module: 'nodenext', types: ['node'], strict: true },
    typeRoots: [join(ROOT, 'node_modules', '@types')],
  }
  writeFileSync(tsconfig, JSON.stringify({ compilerOptions, files: doors.map(({ entry }) => entry) }))
  const configs = doors.map((door) => configOf(door, tsconfig, scratch))
  const compilerState = CompilerState.create(configs[0], {
    additionalEntryPoints: doors.map(({ entry }) => entry),
  })
  return doors.map(({ folder, name }, i) => {
    const problems = []
    Extractor.invoke(configs[i], {
      compilerState,
      localBuild: true,
      messageCallback: (message) => {
        if (message.logLevel === 'error') problems.push(message.text)
        message.handled = true
      },
    })
    if (problems.length > 0) throw new Error(problems.join('\n'))
    const text = readFileSync(configs[i].reportFilePath, 'utf8')
    return { path: `packages/${folder}/api/${name}.api.md`, text }
  })
}

function configOf({ folder, path, entry, name }, tsconfigFilePath, scratch) {
  const none = { default: { logLevel: 'none' } }
  const reportFolder = join(scratch, folder)
  const reportTempFolder = join(scratch, 'new', folder)
  for (const made of [reportFolder, reportTempFolder]) mkdirSync(made, { recursive: true })
  return ExtractorConfig.prepare({
    configObject: {
      projectFolder: path,
      mainEntryPointFilePath: entry,
      newlineKind: 'lf',
      compiler: { tsconfigFilePath },
      apiReport: {
        enabled: true,
        includeForgottenExports: true,
        reportFolder,
        reportTempFolder,
        reportFileName: `${name}.api.md`,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: none,
        extractorMessageReporting: none,
        tsdocMessageReporting: none,
      },
    },
    configObjectFullPath: join(path, 'api-extractor.json'),
    packageJsonFullPath: join(path, 'package.json'),
  })
}
