import type { z } from 'zod'
import type { OptionsSchema } from '../contracts/definition.js'
import { typePhrase } from './type-phrase.js'

/** One option as help and `umbra explain` print it. */
export interface OptionDescription {
  readonly name: string
  /** `number`, `integer`, `one of "a", "b"`. */
  readonly type: string
  /** Value when the option is left out; absent when it must be given or has none. */
  readonly default?: unknown
  /** Text of the schema's `.describe()`. */
  readonly description?: string
  /** `> 0 and <= 1`. */
  readonly range?: string
}

/** The options of a definition, in the order in which its schema declares them. */
export function describeOptions(schema: OptionsSchema): OptionDescription[] {
  return Object.entries(schema.shape).map(([name, option]) => {
    const description = descriptionOf(option as z.ZodType)
    const fallback = defaultOf(option as z.ZodType)
    return {
      name,
      ...typePhrase(option as z.ZodType),
      ...(fallback === undefined ? {} : { default: fallback }),
      ...(description === undefined ? {} : { description }),
    }
  })
}

function defaultOf(option: z.ZodType): unknown {
  const result = option.safeParse(undefined)
  return result.success ? result.data : undefined
}

/** `z.number().describe('...').default(1)` keeps its text on the inner schema only. */
function descriptionOf(option: z.ZodType): string | undefined {
  if (option.description !== undefined) return option.description
  const { def } = (option as unknown as z.core.$ZodTypes)._zod
  return 'innerType' in def ? descriptionOf(def.innerType as z.ZodType) : undefined
}
