import type { Plugin } from '../../contracts/plugin.js'
import { UmbraError } from '../../errors/umbra-error.js'
import { conformanceOfAll } from './conformance-of-all.js'
import { conformance, type ConformanceOptions } from './conformance.js'
import type { Verdict } from './verdict.js'

/**
 * The one call of a plugin's own test, whatever runs it: throws UMBRA_CONFORMANCE with every failed check's sentence.
 *
 * @returns the verdicts, all of them passed or not applicable
 */
export function assertConforms(plugin: Plugin, options: ConformanceOptions = {}): Verdict[] {
  return requirePassed(plugin, conformance(plugin, options))
}

/** The same for everything that `conformanceOfAll` checks: data sets, formats, sinks and executors too. */
export async function assertAllConform(plugin: Plugin, options: ConformanceOptions = {}): Promise<Verdict[]> {
  return requirePassed(plugin, await conformanceOfAll(plugin, options))
}

function requirePassed(plugin: Plugin, verdicts: Verdict[]): Verdict[] {
  const wrong = verdicts.filter(({ status }) => status === 'failed')
  if (wrong.length === 0) return verdicts
  throw new UmbraError('UMBRA_CONFORMANCE', {
    subject: `plugin "${plugin.name}"`,
    expected: 'to keep the laws of its kind',
    received: `${wrong.length} of ${verdicts.length} checks failed\n${wrong.map(report).join('\n')}`,
    remedy: 'Correct it, or declare in `laws` what is meant to be different',
  })
}

const report = ({ subject, check, sentence }: Verdict): string => `  ${subject}, ${check}: ${sentence}`
