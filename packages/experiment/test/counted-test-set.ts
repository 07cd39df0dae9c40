import type { ImageSet, Plugin } from '@umbra/core'

/** A plugin whose data sets tell when their test images are read. */
export function countTestReads(plugin: Plugin, read: () => void): Plugin {
  const watch = (set: ImageSet): ImageSet => ({
    ...set,
    get images() {
      read()
      return set.images
    },
  })
  return {
    ...plugin,
    provides: plugin.provides.map((definition) =>
      definition.kind === 'dataset'
        ? {
            ...definition,
            load: async (options, context) => {
              const dataset = await definition.load(options, context)
              return { ...dataset, test: watch(dataset.test) }
            },
          }
        : definition,
    ),
  }
}
