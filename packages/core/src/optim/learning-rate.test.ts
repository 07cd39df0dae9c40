import { describe, expect, it } from 'vitest'
import { recipeSchema, type RecipeInput } from '../recipe/recipe.js'
import { assemble } from '../registry/registry.js'
import { checkRates, stepRate } from './learning-rate.js'

describe('stepRate', () => {
  const rateOf = (schedule: RecipeInput['schedule'], epochs: number): ((step: number) => number) => {
    const recipe = recipeSchema.parse({ optimiser: { kind: 'sgd', lr: 0.1 }, schedule })
    return stepRate(assemble([]).recipes.rate(recipe), 10, epochs)
  }

  it('warms up in a straight line, then follows the milestones', () => {
    const at = rateOf({ kind: 'multi-step', milestones: [4, 6], warmUp: 2 }, 8)
    expect(at(0)).toBeCloseTo(0.0025, 10)
    expect(at(19)).toBeCloseTo(0.0975, 10)
    expect([at(20), at(39), at(40), at(59), at(60)].map((lr) => Number(lr.toFixed(6)))).toEqual([
      0.1, 0.1, 0.01, 0.01, 0.001,
    ])
  })

  it('ends a cosine at its lower end', () => {
    const at = rateOf({ kind: 'cosine', to: 0.001 }, 80)
    expect(at(799)).toBeCloseTo(0.001, 4)
    expect(at(0)).toBeCloseTo(0.1, 4)
  })

  it('stays the same where it is constant', () => {
    const at = rateOf({ kind: 'constant' }, 80)
    expect([at(0), at(799)]).toEqual([0.1, 0.1])
  })

  it.each([[-1e-9], [NaN], [Infinity], ['0.1'], [undefined]])('refuses %s', (value) => {
    const rate = (): number => value as number
    expect(() => checkRates({ subject: 'schedule "bad"', lr: 1, rate }, 3)).toThrow(
      expect.objectContaining({
        code: 'UMBRA_SCHEDULE',
        message: `schedule "bad" at epoch 0.006 of 3: expected a finite learning rate >= 0, received ${String(value)}.`,
      }) as Error,
    )
  })
})
