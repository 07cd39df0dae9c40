/** What a run does: train one method, compare all of them, or only search their options. */
export const RUN_COMMANDS = ['train', 'compare', 'tune'] as const
export type RunCommand = (typeof RUN_COMMANDS)[number]
