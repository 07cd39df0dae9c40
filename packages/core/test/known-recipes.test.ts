import { useCpuBackend } from '@umbra/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { contentHash } from '../src/files.js'
import { crossEntropyObjective } from '../src/objective/cross-entropy-objective.js'
import { identityOf, type RecipeInput, recipeSchema } from '../src/recipe/recipe.js'
import { assemble } from '../src/registry/registry.js'
import { trainCohort } from '../src/trainer/train-cohort.js'
import { toyArm, toyCohort } from './toy-cohort.js'

beforeAll(useCpuBackend)

/** Recipes with what identified them, and weights of the students they trained, in version 0.1.0. */
const KNOWN: readonly (readonly [RecipeInput, string, readonly number[]])[] = [
  [{}, 'b46634d96eb9ef34', [1.1822326183319092, -0.11756724119186401, 0.6534880995750427]],
  [
    {
      optimiser: { kind: 'sgd', lr: 0.1, nesterov: true },
      schedule: { kind: 'multi-step', milestones: [1], warmUp: 0.5 },
      clipNorm: 1,
    },
    'f7a64b22f4679fc9',
    [1.211477518081665, -0.13648661971092224, 0.6429192423820496],
  ],
  [
    { optimiser: { kind: 'adam', weightDecay: 0.01 }, schedule: { kind: 'constant' } },
    '714a946c28864e76',
    [1.0724921226501465, -0.13686275482177734, 0.7826453447341919],
  ],
  [
    {
      optimiser: { kind: 'adamw' },
      schedule: { kind: 'cosine', warmUp: 1 },
      augment: { crop: 1, flip: true },
    },
    'b0ca8e82a9106a93',
    [1.0698778629302979, -0.14030420780181885, 0.7902856469154358],
  ],
]

describe.each(KNOWN)('recipe %j', (input, identity, weights) => {
  it('is identified as ever: results of it are found in the store', () => {
    const recipe = recipeSchema.parse(input)
    expect(contentHash(identityOf(recipe))).toBe(identity)
    expect(contentHash(identityOf(assemble([]).recipes.complete(recipe)))).toBe(identity)
  })

  it('trains the student it always did', async () => {
    const { arms } = await trainCohort(toyCohort([toyArm('ce', crossEntropyObjective())], input))
    const kernel = [...arms[0]!.weights.get('logits/kernel')!.data]
    // Last bits of exp and log are those of the JavaScript engine.
    weights.forEach((weight, i) => expect(kernel[i]).toBeCloseTo(weight, 6))
  })
})
