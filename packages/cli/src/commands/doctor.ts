import { CORE_VERSION } from '@umbra/core/trainer'
import { diagnose } from '@umbra/engine'
import { Command } from 'commander'
import { diagnosisText } from '../output/diagnosis-text.js'
import { printJson } from '../output/print-json.js'
import type { Invocation } from '../process/invocation.js'
import { type CommonFlags, addCommonOptions, examples } from '../config/common-options.js'

/** `umbra doctor`: which engine is used, why not a faster one, and what to do. */
export const doctorCommand = ({ io }: Invocation): Command => {
  const command = new Command('doctor')
    .description('Report which engine is used here, why not a faster one, and what to do about it.')
    .addHelpText('after', examples('umbra doctor', 'umbra doctor --json'))
  addCommonOptions(command)
  return command.action(async ({ json }: CommonFlags) => {
    const diagnosis = await diagnose()
    if (json === true) printJson(io, { core: CORE_VERSION, ...diagnosis })
    else io.out(diagnosisText(diagnosis, io.colour))
  })
}
