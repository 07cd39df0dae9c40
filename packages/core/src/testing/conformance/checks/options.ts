import { canonicalJson } from '../../../util/canonical-json.js'
import type { OptionsSchema } from '../../../contracts/definition.js'
import { describeOptions } from '../../../options/describe-options.js'
import { parseOptions } from '../../../options/parse-options.js'
import { failed, type Finding, passed } from '../verdict.js'

/** Defaults that parse to themselves, through JSON too; unknown keys that are errors; options that can be explained. */
export function checkOptions(schema: OptionsSchema, options: Readonly<Record<string, unknown>>): Finding {
  const first = parseOptions(schema, options, 'options')
  const again = schema.safeParse(JSON.parse(JSON.stringify(first)))
  if (!again.success || canonicalJson(again.data) !== canonicalJson(first))
    return failed(
      'Options must parse to themselves after a trip through JSON, as a configuration is stored, and these do not: a transform, or a value JSON does not know.',
    )
  if (schema.safeParse({ ...options, 'no-such-option': 1 }).success)
    return failed('An unknown option must be an error; it was taken in silence. Use z.strictObject.')
  const silent = describeOptions(schema).find(({ description = '' }) => description === '')
  if (silent !== undefined)
    return failed(`Option "${silent.name}" has no description for \`umbra explain\`. Add .describe().`)
  return passed('Defaults parse to themselves, unknown keys are refused, every option is described.')
}
