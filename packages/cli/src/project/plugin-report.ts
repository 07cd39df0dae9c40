import { UmbraError } from '@umbra/core'
import { combineProblems } from '@umbra/core/trainer'
import type { PluginProblem } from '../plugins/loaded-plugin.js'

/** One error for everything that is wrong with plugins, with the command that mends it. */
export function pluginReport(problems: readonly PluginProblem[], mend: string | undefined): UmbraError {
  const [first, ...others] = problems
  if (first === undefined) throw new TypeError('there is nothing to report')
  const { error } = first
  if (others.length > 0) {
    const all = combineProblems('the plugins', [error, ...others.map((problem) => problem.error)])
    const lines = all.facts.problems ?? []
    return new UmbraError(all.code, {
      ...all.facts,
      problems: mend === undefined ? lines : [...lines, `To mend them: ${mend}`],
    })
  }
  const { remedy } = error.facts
  const command = mend === undefined ? [] : [`(${mend})`]
  return new UmbraError(error.code, {
    ...error.facts,
    remedy: [...(remedy === undefined ? [] : [remedy]), ...command].join(' '),
  })
}
