const TITLES: Readonly<Record<string, string>> = {
  ece: 'Expected calibration error',
  meanTrueProbability: 'Mean probability of the true class',
  derivedAverage: 'Derived average',
  derivedVariance: 'Derived variance',
  derivedStandardDeviation: 'Derived standard deviation',
  inherentVariance: 'Inherent variance',
}

/** Name of a dark-knowledge measure for people; its own where none is known. */
export const measureTitle = (name: string): string => (Object.hasOwn(TITLES, name) ? TITLES[name]! : name)

const EXPLANATIONS: Readonly<Record<string, string>> = {
  ece: 'mean distance of confidence and accuracy over bins of confidence',
  derivedAverage: 'mean probability of a wrong class',
  derivedVariance: 'variance of the probabilities of the wrong classes',
  derivedStandardDeviation: 'square root of each image’s derived variance',
  inherentVariance: 'variance after a softmax over the wrong classes alone',
}

/** What the measures mean, one sentence, of those that are there. */
export function measuresCaption(names: readonly string[]): string {
  const said = names.flatMap((name) =>
    Object.hasOwn(EXPLANATIONS, name) ? [`${measureTitle(name)}: ${EXPLANATIONS[name]!}.`] : [],
  )
  const list = said.length === 0 ? '' : ` ${said.join(' ')}`
  return `Means over the images at temperature 1.${list}`
}
