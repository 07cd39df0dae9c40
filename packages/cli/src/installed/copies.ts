import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type InstalledPackage, installedPackage, manifestOf } from './installed-package.js'
import type { Manifest } from './manifest.js'

/** What the command and every plugin must have one copy of: tensors and layers of two cannot be used together. */
const SHARED = ['@umbra/core', '@tensorflow/tfjs-core', '@tensorflow/tfjs-layers'] as const

const HERE = fileURLToPath(import.meta.url)

/** The command's own copy of a package. */
export const ownCopy = (name: string): InstalledPackage | undefined => installedPackage(name, dirname(HERE))

/** Folder of the package that this command is. */
export const commandRoot = (): string => dirname(manifestOf(HERE)?.path ?? HERE)

/** A package of which somebody has another copy than the command. */
export interface OtherCopy {
  readonly own: InstalledPackage
  readonly other: InstalledPackage
}

/** The shared packages that a package lists and finds elsewhere than the command does. */
export function otherCopies(manifest: Manifest): readonly OtherCopy[] {
  const { dependencies, peerDependencies, devDependencies, optionalDependencies } = manifest
  const listed = { ...devDependencies, ...optionalDependencies, ...peerDependencies, ...dependencies }
  return SHARED.filter((name) => Object.hasOwn(listed, name)).flatMap((name) => {
    const own = ownCopy(name)
    const other = installedPackage(name, dirname(manifest.path))
    return own === undefined || other === undefined || own.root === other.root ? [] : [{ own, other }]
  })
}
