import { UmbraError } from '@umbra/core'
import { combineProblems } from '@umbra/core/trainer'
import type { PluginProblem } from '../plugins/loaded-plugin.js'

/** One error for everything that is wrong with plugins, with the command that mends it. */
export function pluginReport(
  [first, ...others]: readonly [PluginProblem, ...PluginProblem[]],
  mend: string | undefined,
): UmbraError {
  const { error } = first
  if (others.length > 0) {
    const all = combineProblems('the plugins', [error, ...others.map((problem) => problem.error)])
    const { problems = [] } = all.facts
    return new UmbraError(all.code, {
      ...all.facts,
      problems: mend === undefined ? problems : [...problems, `To mend them: ${mend}`],
    })
  }
  const { remedy } = error.facts
  const command = mend === undefined ? [] : [`(${mend})`]
  return new UmbraError(error.code, {
    ...error.facts,
    remedy: [...(remedy === undefined ? [] : [remedy]), ...command].join(' '),
  })
}
