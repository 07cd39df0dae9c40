import { resolve } from 'node:path'
import type { RunListener, SinkContext } from '@umbra/core'
import { type Registry, frozenCopy } from '@umbra/core/trainer'
import type { ResolvedConfig, SinkEntry } from '../config/experiment-config.js'
import type { RunFolder } from '../store/run-folder.js'
import { createSinkFeed, type SinkFeed } from './sink-feed.js'

/** The sinks of one run. */
export interface RunSinks {
  /** Opens them and returns a listener that calls `listen` first and then every sink. */
  readonly open: (listen: RunListener, folder: RunFolder, name: string) => RunListener
  /** Lets them consume their queues, then closes them. Never rejects. */
  readonly close: () => Promise<void>
}

/** The sinks of a configuration without `sinks`: those on by default that plugins provide. */
export const defaultSinks = (registry: Registry): SinkEntry[] =>
  registry
    .list('sink')
    .filter(({ definition }) => definition.byDefault === true)
    .map(({ definition }) => ({ id: definition.id, options: {} }))

/** Sinks of a run by its configuration. They open in `open`, which never fails because of one. */
export function createSinks(registry: Registry, config: ResolvedConfig): RunSinks {
  const feeds: SinkFeed[] = []
  return {
    open: (listen, folder, name) => {
      const { sinks = defaultSinks(registry), ...rest } = config
      const context: SinkContext = {
        runDir: resolve(folder.path),
        name,
        config: JSON.parse(JSON.stringify(rest)) as Record<string, unknown>,
        resumed: folder.readJson('run.json') !== undefined,
      }
      const tell: RunListener = (original) => {
        // What sinks and listeners are told they cannot change: its figures are those that are recorded.
        const event = frozenCopy(original)
        listen(event)
        for (const feed of feeds) feed.tell(event)
      }
      for (const { id, options } of sinks) {
        const definition = registry.get('sink', id)
        const parsed = registry.parse(definition, options)
        const subject = `sink "${id}" (plugin "${registry.pluginOf(definition).name}")`
        feeds.push(
          createSinkFeed({
            open: () => definition.open(context, parsed),
            report: (problem) => tell({ type: 'notice', text: `${subject} ${problem}` }),
          }),
        )
      }
      return tell
    },
    close: async () => {
      await Promise.all(feeds.map((feed) => feed.close()))
    },
  }
}
