import type { Normalisation } from '@umbra/core'

/** Side and channels of every CIFAR image. */
export const CIFAR_SHAPE = [32, 32, 3] as const
export const CIFAR_PIXELS = 32 * 32 * 3

/** One binary file of a CIFAR data set, `<name>.bin` or `<name>.bin.xz`. */
export interface CifarFile {
  readonly name: string
  /** Number of records; absent: any. */
  readonly records?: number
  /** Whether a published file of this name has a checksum in the table. */
  readonly published?: boolean
}

/** What tells the CIFAR data sets apart. */
export interface CifarLayout {
  readonly id: 'cifar10' | 'cifar100'
  readonly title: string
  readonly classes: readonly string[]
  /** Label bytes before the pixels of a record. */
  readonly labelBytes: number
  /** Which of them is the class. */
  readonly labelAt: number
  readonly normalisation: Normalisation
  /** Sets of files that make up a part; the first of which any file is there is used. */
  readonly train: readonly (readonly CifarFile[])[]
  readonly test: readonly (readonly CifarFile[])[]
}

export const recordBytes = ({ labelBytes }: CifarLayout): number => labelBytes + CIFAR_PIXELS
