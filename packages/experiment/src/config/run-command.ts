/** What a run is for: one method, all of them, or the search for their options alone. */
export const RUN_COMMANDS = ['train', 'compare', 'tune'] as const
export type RunCommand = (typeof RUN_COMMANDS)[number]
