import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { importCircles } from './import-circles.js'
import { moduleLinks } from './module-links.js'

const LONGEST_FILE = 400
const CORE = '@umbra/core'
/** Pure functions of logits, for plugins and the command. */
const MEASURES = '@umbra/measures'
/** Only the engine package may choose what executes tensor code. */
const BACKEND = /^@tensorflow\/tfjs-(backend-|node)/

type Dependencies = Readonly<Record<string, string>>
interface Manifest {
  readonly name: string
  readonly exports?: Readonly<Record<string, unknown>>
  readonly dependencies?: Dependencies
  readonly peerDependencies?: Dependencies
  readonly optionalDependencies?: Dependencies
}
interface Package {
  /** Folder below `packages`: `plugin-vision`. */
  readonly folder: string
  readonly path: string
  readonly manifest: Manifest
}

/**
 * Everything in `root/packages` that breaks the direction of dependencies: plugins, report and engine know the core, plugins also
 * the measures, the core knows none of them, the command all but the plugins, and `all` everything; imports stay in their package and are declared; inside a package
 * no two files and no two folders import each other, directly or indirectly; no default export; no file over 400 lines. Tests, their private helpers and devDependencies are exempt.
 */
export function directionProblems(root: string): string[] {
  const packages = readPackages(root)
  const workspace = new Set(packages.map(({ manifest }) => manifest.name))
  return packages.flatMap((pkg) => [
    ...manifestProblems(pkg, workspace),
    ...sources(pkg).flatMap((file) =>
      fileProblems(pkg, file).map((text) => `${relative(root, file)}: ${text}`),
    ),
    ...circles(pkg),
  ])
}

function readPackages(root: string): Package[] {
  return readdirSync(join(root, 'packages'))
    .map((folder) => ({ folder, path: join(root, 'packages', folder) }))
    .filter(({ path }) => existsSync(join(path, 'package.json')))
    .map((pkg) => {
      const text = readFileSync(join(pkg.path, 'package.json'), 'utf8')
      return { ...pkg, manifest: JSON.parse(text) as Manifest }
    })
}

/** Whether a package may import another one of the workspace. */
function mayKnow({ folder, manifest }: Package, other: string): boolean {
  if (folder === 'all' || other === manifest.name) return true
  if (folder === 'cli') return !other.startsWith('@umbra/plugin-') && other !== '@umbra/all'
  return (folder !== 'core' && other === CORE) || (folder.startsWith('plugin-') && other === MEASURES)
}

function manifestProblems(pkg: Package, workspace: ReadonlySet<string>): string[] {
  const { folder, manifest } = pkg
  const isOurs = (name: string): boolean => workspace.has(name) || name.startsWith('@umbra/')
  const problems = [...declared(manifest)]
    .filter((name) => isOurs(name) && !mayKnow(pkg, name))
    .map((name) => `packages/${folder}/package.json: depends on ${name}`)
  if (folder.startsWith('plugin-') && manifest.peerDependencies?.[CORE] === undefined)
    problems.push(`packages/${folder}/package.json: lacks ${CORE} as a peer dependency`)
  return problems
}

const declared = ({ dependencies, peerDependencies, optionalDependencies }: Manifest): ReadonlySet<string> =>
  new Set(Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies }))

function sources({ path }: Package): string[] {
  const folder = join(path, 'src')
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.[cm]?tsx?$/.test(file))
    .map((file) => join(folder, file))
}

/** Circles among the files and folders of a package's sources, tests left out. */
function circles(pkg: Package): string[] {
  const folder = join(pkg.path, 'src')
  const links = sources(pkg)
    .filter((file) => !/\.test(-d)?\.[cm]?tsx?$/.test(file))
    .flatMap((file) =>
      moduleLinks(file, readFileSync(file, 'utf8'))
        .imports.filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => ({
          from: relative(folder, file),
          to: relative(folder, resolve(dirname(file), specifier)).replace(/\.js$/, '.ts'),
        })),
    )
  return importCircles(links).map((circle) => `packages/${pkg.folder}/src: ${circle} import each other`)
}

function fileProblems(pkg: Package, file: string): string[] {
  const text = readFileSync(file, 'utf8')
  const { imports, hasDefaultExport } = moduleLinks(file, text)
  const problems = imports
    .filter(
      (specifier) => specifier.startsWith('.') && !isWithin(pkg.path, resolve(dirname(file), specifier)),
    )
    .map((specifier) => `imports ${specifier} outside its package`)
  if (hasDefaultExport) problems.push('has a default export')
  if (isForTests(pkg, file)) return problems

  const lines = text.trimEnd().split('\n').length
  if (lines > LONGEST_FILE) problems.push(`has ${lines} lines, more than ${LONGEST_FILE}`)
  const known = declared(pkg.manifest)
  for (const specifier of imports) problems.push(...importProblems(pkg, specifier, known))
  return problems
}

/** Tests, and the helpers in `src/testing` unless the package offers them to others. */
const isForTests = ({ path, manifest }: Package, file: string): boolean =>
  /\.test(-d)?\.[cm]?tsx?$/.test(file) ||
  (isWithin(join(path, 'src', 'testing'), file) && manifest.exports?.['./testing'] === undefined)

function importProblems(pkg: Package, specifier: string, known: ReadonlySet<string>): string[] {
  if (specifier.startsWith('.') || isBuiltin(specifier)) return []
  const name = packageName(specifier)
  if (name.startsWith('@umbra/') && !mayKnow(pkg, name)) return [`imports ${name}`]
  if (BACKEND.test(name) && pkg.folder !== 'engine')
    return [`imports ${name}, which is for the engine to choose`]
  return known.has(name) || name === pkg.manifest.name
    ? []
    : [`imports ${name}, which package.json does not list`]
}

const isWithin = (folder: string, path: string): boolean => path.startsWith(folder + sep)

/** `@tensorflow/tfjs-core/dist/x.js` belongs to `@tensorflow/tfjs-core`. */
const packageName = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
