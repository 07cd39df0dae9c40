import type { Normalisation } from '@umbra/core'

/** Side and channels of every CIFAR image. */
export const CIFAR_SHAPE = [32, 32, 3] as const
export const CIFAR_PIXELS = 32 * 32 * 3

/** One binary file of a CIFAR data set, `<name>.bin` or `<name>.bin.xz`. */
export interface CifarFile {
  readonly name: string
  /** Number of records; absent: any. */
  readonly records?: number
  /** Whether the checksum of the published file of this name is in the table. */
  readonly published?: boolean
}

/** What differs between the CIFAR data sets. */
export interface CifarLayout {
  readonly id: 'cifar10' | 'cifar100'
  readonly title: string
  readonly classes: readonly string[]
  /** Label bytes before the pixels of a record. */
  readonly labelBytes: number
  /** Index of the label byte that is the class. */
  readonly labelAt: number
  readonly normalisation: Normalisation
  /** Sets of files that make up a part; the first set of which any file exists is used. */
  readonly train: readonly (readonly CifarFile[])[]
  readonly test: readonly (readonly CifarFile[])[]
}

export const recordBytes = ({ labelBytes }: CifarLayout): number => labelBytes + CIFAR_PIXELS
