const TITLES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ece: 'Expected calibration error',
    meanTrueProbability: 'Mean probability of the true class',
    derivedAverage: 'Derived average',
    derivedVariance: 'Derived variance',
    derivedStandardDeviation: 'Derived standard deviation',
    inherentVariance: 'Inherent variance',
  }),
)

/** Display name of a dark-knowledge measure; the id itself of one without a title. */
export const measureTitle = (name: string): string => TITLES.get(name) ?? name

const EXPLANATIONS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ece: 'mean distance of confidence and accuracy over bins of confidence',
    derivedAverage: 'mean probability of a wrong class',
    derivedVariance: 'variance of the probabilities of the wrong classes',
    derivedStandardDeviation: 'square root of each image’s derived variance',
    inherentVariance: 'variance after a softmax over the wrong classes alone',
  }),
)

/** Explains the measures of a table or plot. */
export function measuresCaption(names: readonly string[]): string {
  const sentences = names.flatMap((name) => {
    const explanation = EXPLANATIONS.get(name)
    return explanation === undefined ? [] : [`${measureTitle(name)}: ${explanation}.`]
  })
  const list = sentences.length === 0 ? '' : ` ${sentences.join(' ')}`
  return `Means over the images at temperature 1.${list}`
}
