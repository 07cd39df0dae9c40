import { CORE_VERSION } from '@umbra/core/trainer'
import { diagnose } from '@umbra/engine'
import { Command } from 'commander'
import { diagnosisText } from '../output/diagnosis-text.js'
import { pluginProblemText, pluginTable } from '../output/plugin-text.js'
import { printJson } from '../output/print-json.js'
import { styleFor } from '../output/style.js'
import type { Invocation } from '../process/invocation.js'
import { surveyPlugins } from '../project/survey-plugins.js'
import { type PluginFlags, addCommonOptions, addPluginOptions, examples } from '../config/common-options.js'

/** `umbra doctor`: which engine is used, why not a faster one, which plugins were found, and what to do. */
export const doctorCommand = ({ io }: Invocation): Command => {
  const command = new Command('doctor')
    .description(
      'Report which engine and plugins are used here, why not a faster engine, and what to do about it.',
    )
    .addHelpText('after', examples('umbra doctor', 'umbra doctor --json'))
  addCommonOptions(addPluginOptions(command))
  return command.action(async ({ json, config, plugin }: PluginFlags) => {
    const survey = await surveyPlugins(config, plugin, io)
    const diagnosis = await diagnose()
    if (json === true) {
      printJson(io, { core: CORE_VERSION, ...diagnosis, plugins: survey })
      return
    }
    const style = styleFor(io.colour)
    io.out(
      `${diagnosisText(diagnosis, io.colour)}\n${style.bold('Plugins')}\n${pluginTable(survey.plugins)}\n`,
    )
    if (survey.problems.length > 0) io.out(`\n${pluginProblemText(survey, style)}\n`)
  })
}
