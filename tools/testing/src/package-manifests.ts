import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'

/** Largest length of a README: one screen. */
const LONGEST_README = 45
const KEYWORD = 'knowledge-distillation'
/** How plugins are found, in registries and in projects. */
const PLUGIN_KEYWORD = 'umbra-plugin'
/** Wide, because the contract decides what fits: a minor of core is no reason for a release of every plugin. */
const CORE_RANGE = 'workspace:>=0.1.0 <1'

type Door = Readonly<Record<string, string>>
interface Manifest {
  readonly name?: string
  readonly version?: string
  readonly description?: string
  readonly keywords?: readonly string[]
  readonly license?: string
  readonly type?: string
  /** `plugin` is the door whose module exports the plugin. */
  readonly umbra?: { readonly plugin?: string }
  readonly sideEffects?: unknown
  readonly engines?: unknown
  readonly exports?: Readonly<Record<string, Door>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly files?: readonly string[]
  readonly publishConfig?: { readonly access?: string; readonly exports?: Readonly<Record<string, Door>> }
  readonly scripts?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** Differences between the packages in `root/packages`, in package.json and README, where they must agree. */
export function packageManifestProblems(root: string): string[] {
  const shared = readManifest(root)
  return readdirSync(join(root, 'packages'))
    .filter((folder) => existsSync(join(root, 'packages', folder, 'package.json')))
    .flatMap((folder) => {
      const path = join(root, 'packages', folder)
      const manifest = readManifest(path)
      return [
        ...fieldProblems(folder, manifest, shared),
        ...doorProblems(path, manifest),
        ...fileProblems(path, manifest),
        ...readmeProblems(path, manifest),
      ].map((text) => `packages/${folder}: ${text}`)
    })
}

const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest

function fieldProblems(folder: string, manifest: Manifest, root: Manifest): string[] {
  const expected: readonly (readonly [string, unknown, unknown])[] = [
    ['name', manifest.name, `@umbra/${folder}`],
    ['license', manifest.license, root.license],
    ['engines', manifest.engines, root.engines],
    ['type', manifest.type, 'module'],
    ['sideEffects', manifest.sideEffects, false],
    ['publishConfig.access', manifest.publishConfig?.access, 'public'],
    ['scripts.prepack', manifest.scripts?.prepack, 'node ../../scripts/prepack.mjs'],
    ['scripts.postpack', manifest.scripts?.postpack, 'node ../../scripts/postpack.mjs'],
    [
      'scripts.build',
      manifest.scripts?.build,
      'node ../../scripts/clean.mjs && tsc -p tsconfig.build.json --removeComments && tsc -p tsconfig.build.json --emitDeclarationOnly',
    ],
  ]
  const problems = expected
    .filter(([, actual, value]) => !isDeepStrictEqual(actual, value))
    .map(([field, actual, value]) => `${field} is ${JSON.stringify(actual)}, not ${JSON.stringify(value)}`)
  if (!/^[A-Z].*\.$/.test(manifest.description ?? '')) problems.push('description is not a sentence')
  if (manifest.keywords?.includes(KEYWORD) !== true) problems.push(`keywords lack ${KEYWORD}`)
  const { dependencies = {} } = manifest
  if (
    dependencies['@tensorflow/tfjs-layers'] !== undefined &&
    dependencies['@tensorflow/tfjs-core'] === undefined
  )
    // Its peer: a package manager that keeps packages apart would give the package a copy of its own.
    problems.push('depends on @tensorflow/tfjs-layers without @tensorflow/tfjs-core')
  // The command finds a plugin in a project by these two.
  const marked = manifest.keywords?.includes(PLUGIN_KEYWORD) === true
  if (folder.startsWith('plugin-') || marked || manifest.umbra !== undefined) {
    if (!marked) problems.push(`keywords lack ${PLUGIN_KEYWORD}`)
    if (manifest.umbra?.plugin !== '.') problems.push('umbra.plugin is not "."')
  }
  const core = manifest.peerDependencies?.['@umbra/core']
  if (core !== undefined && core !== CORE_RANGE)
    problems.push(`peer @umbra/core is ${core}, not ${CORE_RANGE}`)
  return problems
}

/** Each door names one module three times: its source for the workspace, its types and its code for everybody. */
function doorProblems(path: string, { exports = {}, publishConfig }: Manifest): string[] {
  const problems = Object.entries(exports).flatMap(([door, conditions]) => {
    const source = conditions['@umbra/source'] ?? ''
    const built = source.replace(/^\.\/src\//, './dist/').replace(/\.ts$/, '')
    const expected = { '@umbra/source': source, types: `${built}.d.ts`, default: `${built}.js` }
    if (!existsSync(join(path, source)) || !isDeepStrictEqual(conditions, expected))
      return [`door ${door} does not name one module`]
    // The first matching condition is used, so the order matters.
    return Object.keys(conditions).join() === Object.keys(expected).join()
      ? []
      : [`door ${door} has its conditions in another order than ${Object.keys(expected).join(', ')}`]
  })
  if (exports['.'] === undefined) problems.push('has no main door')
  const published = Object.fromEntries(
    Object.entries(exports).map(([door, { types = '', default: code = '' }]) => [
      door,
      { types, default: code },
    ]),
  )
  return isDeepStrictEqual(publishConfig?.exports, published)
    ? problems
    : [...problems, 'publishConfig.exports differs from exports without @umbra/source']
}

function fileProblems(path: string, { files = [] }: Manifest): string[] {
  const lacking = ['dist', 'README.md'].filter((name) => !files.includes(name))
  const absent = files.filter((name) => name !== 'dist' && !existsSync(join(path, name)))
  return [
    ...lacking.map((name) => `files lacks ${name}`),
    ...absent.map((name) => `files names ${name}, which is not there`),
  ]
}

function readmeProblems(path: string, { name = '' }: Manifest): string[] {
  const file = join(path, 'README.md')
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  const problems = []
  if (lines[0] !== `# ${name}`) problems.push(`README.md does not begin with "# ${name}"`)
  if (lines.length > LONGEST_README)
    problems.push(`README.md has ${lines.length} lines, more than ${LONGEST_README}`)
  if (!lines.some((line) => line.startsWith('npm install') && line.includes(name)))
    problems.push('README.md does not say how to install the package')
  if (lines.filter((line) => line.startsWith('```')).length < 4) problems.push('README.md has no example')
  return problems
}
