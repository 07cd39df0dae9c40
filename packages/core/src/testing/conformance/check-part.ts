import { checkOptions } from './checks/options.js'
import { checkMass, checkPartLeaks, checkPartPurity } from './checks/parts.js'
import type { PartDefinition } from './open-part.js'
import { judge, type Verdict } from './verdict.js'

/** Holds a softening, an enhancement or a weighting to what methods expect of it; one verdict a check. */
export function checkPart(
  definition: PartDefinition,
  options: Readonly<Record<string, unknown>> = {},
): Verdict[] {
  const name = `${definition.kind} "${definition.id}"`
  const first = judge(name, 'options', () => checkOptions(definition.options, options))
  if (first.status === 'failed') return [first]
  return [
    first,
    judge(name, 'mass', () => checkMass(definition, options)),
    judge(name, 'purity', () => checkPartPurity(definition, options)),
    judge(name, 'leaks', () => checkPartLeaks(definition, options)),
  ]
}
