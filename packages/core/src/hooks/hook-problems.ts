import type { Plugin } from '../contracts/plugin.js'
import { suggestion } from '../errors/nearest.js'
import { UmbraError } from '../errors/umbra-error.js'
import { HOOK_KINDS } from '../contracts/hooks.js'

/** Hooks of a plugin that the trainer does not have. */
export function hookProblems({ name, hooks = {} }: Pick<Plugin, 'name' | 'hooks'>): UmbraError[] {
  return Object.keys(hooks)
    .filter((hook) => !Object.hasOwn(HOOK_KINDS, hook))
    .map(
      (hook) =>
        new UmbraError('UMBRA_HOOK', {
          subject: `unknown hook "${hook}" of plugin "${name}"`,
          remedy: suggestion(hook, Object.keys(HOOK_KINDS)),
        }),
    )
}
