import { type MetricFigures, z } from '@umbra/core'
import { readSealed, sealedJson, writeFile } from '@umbra/core/files'
import { metricFiguresSchema } from '@umbra/core/trainer'

const fileSchema = z.object({ figures: z.record(z.string(), metricFiguresSchema) })

/** Figures that were computed before, by a hash of everything that determines them. */
export interface KnownFigures {
  readonly get: (key: string) => MetricFigures | undefined
  readonly set: (key: string, figures: MetricFigures) => void
  /** Writes the file if there are new ones. */
  readonly save: () => Promise<void>
}

/** Those of a file; a missing or damaged one has none. */
export function knownFigures(file: string): KnownFigures {
  const opened = readSealed(file)
  const before = fileSchema.safeParse('value' in opened ? opened.value : undefined).data?.figures ?? {}
  const figures = new Map<string, MetricFigures>(Object.entries(before))
  let changed = false
  return {
    get: (key) => figures.get(key),
    set: (key, value) => {
      figures.set(key, value)
      changed = true
    },
    save: async () => {
      if (changed) await writeFile(file, sealedJson({ figures: Object.fromEntries(figures) }))
    },
  }
}
