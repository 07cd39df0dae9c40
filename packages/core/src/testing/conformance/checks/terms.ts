import { failed, passed } from '../verdict.js'
import { type Check, exactly, probeBatch } from './check.js'

/** Terms named as their weights, one value an example, numbers all of them. */
export const checkTerms: Check = ({ probe }) => {
  const opened = probe()
  const { terms, state = {} } = exactly(opened, probeBatch(opened))
  const names = Object.keys(terms)
  if ([...names].sort().join() !== [...opened.terms].sort().join())
    return failed(
      `Terms must have the names of the weights (${opened.terms.join(', ')}); found ${names.join(', ') || 'none'}.`,
    )
  for (const [name, values] of Object.entries(terms)) {
    if (values.length !== opened.shapes.batch)
      return failed(
        `Term "${name}" must have one value an example, ${opened.shapes.batch}; it has ${values.length}. The trainer takes the mean over the batch, not the objective.`,
      )
    if (!values.every(Number.isFinite))
      return failed(`Term "${name}" is not a finite number on ordinary logits.`)
  }
  const unknown = Object.keys(state).find((name) => !(name in opened.state))
  if (unknown !== undefined)
    return failed(`State "${unknown}" is returned but was not prepared; return it from \`prepare\` too.`)
  return passed(`Terms ${names.join(', ')}: one finite value an example.`)
}
