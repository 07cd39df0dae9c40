import type { z } from 'zod'
import type { DefinitionBase, OptionsSchema } from './definition.js'

/** Labelled images resident in memory. */
export interface ImageSet {
  /** Row-major `[count, height, width, channels]`. */
  readonly images: Uint8Array
  /** Class indices `[count]`. */
  readonly labels: Int32Array
  readonly count: number
}

/** How raw bytes become model input: `(byte / scale - mean) / std`, per channel. */
export interface Normalisation {
  readonly scale: number
  readonly mean: readonly number[]
  readonly std: readonly number[]
}

/** A file a data set was read from, for the record of a run. */
export interface DataSource {
  readonly file: string
  readonly sha256: string
  /** Whether the checksum is that of the published file. */
  readonly known: boolean
}

/** A data set in memory: training and test images, class names, and how bytes become model input. */
export interface Dataset {
  readonly id: string
  /** `[height, width, channels]`. */
  readonly shape: readonly [number, number, number]
  readonly classes: readonly string[]
  readonly train: ImageSet
  readonly test: ImageSet
  readonly normalisation: Normalisation
  readonly sources: readonly DataSource[]
  /** Credit that reports must carry, if the licence asks for one. */
  readonly credit?: string
}

/** What loading a data set may use beside its options. */
export interface LoadContext {
  /** Folder against which relative paths are resolved. */
  readonly baseDir: string
  /** Folder for decoded copies; may be absent on disk. */
  readonly cacheDir: string
  /** One line for the user while something slow happens. */
  readonly notice: (text: string) => void
}

/** A data set by id: its options, and how it is loaded. */
export interface DatasetDefinition<S extends OptionsSchema = OptionsSchema> extends DefinitionBase<
  'dataset',
  S
> {
  // Method syntax: a definition with its own options must fit where definitions of any options are listed.
  load(options: z.output<S>, context: LoadContext): Promise<Dataset>
}

/**
 * Checks the type of a data set and freezes it.
 *
 * @example
 * const two = defineDataset({
 *   id: 'two-pixels',
 *   summary: 'One dark and one bright image.',
 *   options: z.strictObject({}),
 *   load: async () => {
 *     const images = { images: Uint8Array.of(0, 255), labels: Int32Array.of(0, 1), count: 2 }
 *     return {
 *       ...{ id: 'two-pixels', shape: [1, 1, 1], classes: ['dark', 'bright'], train: images, test: images },
 *       ...{ normalisation: { scale: 255, mean: [0.5], std: [0.5] }, sources: [] },
 *     }
 *   },
 * })
 */
export function defineDataset<const S extends OptionsSchema>(
  dataset: Omit<DatasetDefinition<S>, 'kind'>,
): DatasetDefinition<S> {
  return Object.freeze({ kind: 'dataset', ...dataset })
}
