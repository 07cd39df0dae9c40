import { sha256Of } from '@umbra/core/files'
import { readFileSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { dirname, extname, join, relative, sep } from 'node:path'
import { ResolverFactory } from 'oxc-resolver'
import { type ModuleImports, moduleImports } from './module-imports.js'
import { type FilePackage, packageOf } from './package-of.js'

/**
 * Files and packages that a module is made of, each with its content hash or version, sorted. Names are relative to the entry's
 * folder or to the package of an imported file, so that a moved checkout gives the same list.
 */
export type ModuleGraph = readonly (readonly [name: string, content: string])[]

/** Reads module graphs, each file once. */
export interface ModuleGraphs {
  /** The graph of a file; without the file itself if only what it imports counts. */
  readonly of: (entry: string, part?: 'whole' | 'imports') => ModuleGraph
  /** Every source file in a folder, tests left out. */
  readonly ofFolder: (folder: string) => ModuleGraph
}

/** Endings of files that hold code. */
export const CODE: readonly string[] = ['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs', '.jsx']

/** Packages of which the command gives its own copy to every module: what of them matters is in the identity of core. */
const PROVIDED =
  /^(?:node:.*|@umbra\/(?:core|experiment|cli)(?:\/.*)?|@tensorflow\/tfjs(?:-core|-layers)?|zod)$/

export function createModuleGraphs(): ModuleGraphs {
  const resolver = new ResolverFactory({
    conditionNames: ['node', 'import', 'require'],
    extensions: [...CODE, '.json'],
    extensionAlias: { '.js': ['.js', '.ts', '.tsx'], '.mjs': ['.mjs', '.mts'], '.cjs': ['.cjs', '.cts'] },
    builtinModules: true,
  })
  const sources = new Map<string, SourceFile>()
  const packages = new Map<string, FilePackage | undefined>()
  const sourceOf = (file: string): SourceFile => remember(sources, file, () => sourceAt(file))
  const homeOf = (file: string): FilePackage | undefined =>
    remember(packages, dirname(file), () => packageOf(file))

  const of: ModuleGraphs['of'] = (given, part = 'whole') => {
    const entry = realpathSync(given)
    const home = homeOf(entry)
    const graph = new Map<string, string>()
    const nameOf = (file: string): string => {
      const owner = homeOf(file)
      if (owner === undefined || owner.root === home?.root) return posix(relative(dirname(entry), file))
      return `${owner.name}/${posix(relative(owner.root, file))}`
    }
    const visit = (file: string): void => {
      const name = nameOf(file)
      if (graph.has(name)) return
      const { sha256, specifiers, computed } = sourceOf(file)
      graph.set(name, sha256)
      // What a computed name stands for is not known: it may be any file of the package.
      if (computed)
        for (const other of sourceFiles(homeOf(file)?.root ?? dirname(file)))
          graph.set(nameOf(other), sourceOf(other).sha256)
      for (const specifier of specifiers) if (!PROVIDED.test(specifier)) follow(file, specifier)
    }
    const follow = (from: string, specifier: string): void => {
      const { path, builtin } = resolver.sync(dirname(from), specifier)
      if (builtin !== undefined) return
      if (path === undefined) {
        graph.set(specifier, 'not found')
        return
      }
      const file = path.replace(/\?.*$/, '')
      const owner = homeOf(file)
      if (owner?.installed === true && owner.root !== home?.root) graph.set(owner.name, owner.version)
      else visit(file)
    }
    visit(entry)
    if (part === 'imports') graph.delete(nameOf(entry))
    return sorted(graph)
  }

  const ofFolder: ModuleGraphs['ofFolder'] = (folder) =>
    sorted(
      new Map(
        sourceFiles(folder)
          .filter((file) => !/\.(?:test|test-d|d)\.[cm]?ts$/.test(file))
          .map((file) => [posix(relative(folder, file)), sourceAt(file).sha256]),
      ),
    )
  return { of, ofFolder }
}

interface SourceFile extends ModuleImports {
  readonly sha256: string
}

/** Files read by this process, each as long as its size and its times are the same. */
const read = new Map<string, { readonly stamp: string; readonly source: SourceFile }>()

function sourceAt(file: string): SourceFile {
  const { size, mtimeNs, ctimeNs, ino } = statSync(file, { bigint: true })
  const stamp = [size, mtimeNs, ctimeNs, ino].join(' ')
  const earlier = read.get(file)
  if (earlier?.stamp === stamp) return earlier.source
  const source = readSource(file)
  read.set(file, { stamp, source })
  return source
}

function readSource(file: string): SourceFile {
  const bytes = readFileSync(file)
  const sha256 = sha256Of(bytes)
  if (!CODE.includes(extname(file))) return { sha256, specifiers: [], computed: false }
  return { sha256, ...moduleImports(file, bytes.toString('utf8')) }
}

/** Code in a folder and those below it, except what is installed or hidden. */
function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory())
      return entry.name === 'node_modules' || entry.name.startsWith('.') ? [] : sourceFiles(path)
    return entry.isFile() && CODE.includes(extname(entry.name)) ? [path] : []
  })
}

const posix = (path: string): string => path.split(sep).join('/')

const sorted = (graph: ReadonlyMap<string, string>): ModuleGraph =>
  [...graph].sort(([a], [b]) => (a < b ? -1 : 1))

function remember<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined || map.has(key)) return known as V
  const made = make()
  map.set(key, made)
  return made
}
