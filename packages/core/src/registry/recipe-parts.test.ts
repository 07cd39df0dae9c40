import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { definePlugin } from '../contracts/plugin.js'
import { defineSchedule } from '../contracts/schedule.js'
import { UmbraError } from '../errors/umbra-error.js'
import { parseOptions } from '../options/parse-options.js'
import { identityOf, recipeSchema, type Recipe, type RecipeInput } from '../recipe/recipe.js'
import { assemble } from './registry.js'

const saw = defineSchedule({
  id: 'saw',
  summary: 'Falls again and again.',
  options: z.strictObject({ teeth: z.int().positive().default(4), to: z.number().default(0) }),
  create:
    ({ teeth, to }) =>
    ({ lr, epoch, epochs }) =>
      to + (lr - to) * (1 - (((epoch / epochs) * teeth) % 1)),
})
const plugin = definePlugin({ name: 'mine', version: '1.0.0', contract: 1, provides: [saw] })
const { recipes } = assemble([plugin])
const parse = (recipe: RecipeInput): Recipe => recipeSchema.parse(recipe)
const complete = (recipe: RecipeInput): Recipe => recipes.complete(parse(recipe))
const refusal = (action: () => unknown): string => {
  try {
    action()
  } catch (error) {
    if (error instanceof UmbraError) return `${error.code} ${error.message}`
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('complete', () => {
  it.each<[string, RecipeInput]>([
    ['nothing', {}],
    ['a constant', { schedule: { kind: 'constant', warmUp: 2 } }],
    ['steps', { schedule: { kind: 'multi-step', milestones: [3] } }],
    ['a cosine', { schedule: { kind: 'cosine', to: 0.01 } }],
  ])('leaves what a recipe of the core alone says as it is: %s', (_, recipe) => {
    expect(identityOf(complete(recipe))).toEqual(identityOf(parse(recipe)))
  })

  it('fills in the options of a plugin’s definition', () => {
    expect(complete({ schedule: { kind: 'saw', to: 0.01 } }).schedule).toEqual({
      ...{ kind: 'saw', teeth: 4, to: 0.01 },
    })
    const once = complete({ schedule: { kind: 'saw' } })
    expect(recipes.complete(once)).toEqual(once)
  })

  it.each<[object, string]>([
    [{ kind: 'sow' }, 'UMBRA_UNKNOWN_ID unknown schedule "sow". Did you mean "saw"?'],
    [
      { kind: 'saw', teath: 3 },
      'UMBRA_OPTION_UNKNOWN unknown option "teath" of schedule "saw". Did you mean "teeth"?',
    ],
    [{ kind: 'saw', teeth: 0 }, 'UMBRA_OPTION option "teeth" of schedule "saw": expected an integer > 0'],
    [{ kind: 'saw', to: -1 }, 'UMBRA_SCHEDULE schedule "saw" at epoch'],
  ])('refuses %j', (schedule, message) => {
    expect(refusal(() => complete({ schedule }))).toContain(message)
  })
})

describe('a recipe with a definition of the core', () => {
  it.each<[object, string]>([
    [{ kind: 'cosine', too: 1 }, 'unknown option "schedule.too" of the recipe. Did you mean "to"?'],
    [{ kind: 'cosine', to: -1 }, 'option "schedule.to" of the recipe: expected a number >= 0, received -1.'],
    [
      { kind: 'cosine', to: -1, warmUp: -1 },
      'option "schedule.warmUp" of the recipe: expected a number >= 0',
    ],
    [{ kind: 'multi-step' }, 'option "schedule.milestones" of the recipe: expected a list of numbers'],
    [{ kind: 3 }, 'option "schedule.kind" of the recipe'],
  ])('is refused by its own schema: %j', (schedule, message) => {
    expect(refusal(() => parseOptions(recipeSchema, { schedule }, 'the recipe'))).toContain(message)
  })

  it('has the rate of its schedule', () => {
    const { rate, lr } = recipes.rate(parse({ schedule: { kind: 'saw' }, optimiser: { lr: 0.4 } }))
    expect(rate({ lr, epoch: 1, epochs: 8 })).toBeCloseTo(0.2, 12)
  })
})
