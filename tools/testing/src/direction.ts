import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { moduleLinks } from './module-links.js'

const LONGEST_FILE = 400

interface Manifest {
  readonly name: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

interface Package {
  /** Name of the folder under `packages`. */
  readonly folder: string
  readonly path: string
  readonly manifest: Manifest
}
