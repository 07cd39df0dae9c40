import { z } from 'zod'

/**
 * A definition that a plugin provides, as a recipe has it: `{ kind: 'lamb', … }`. Its options are for the definition to check:
 * see `RecipeParts`. The kinds of the core have schemas of their own.
 */
export const ofPlugin = (core: readonly string[]) =>
  z.looseObject({ kind: z.string() }).superRefine(({ kind }, context) => {
    if (!core.includes(kind)) return
    // As a value of another type: what is wrong is then told by the schema of that kind.
    context.addIssue({ code: 'invalid_value', values: [], input: kind, continue: false })
  })
