import { brief, length } from '../numbers.js'
import { firstFailure, notApplicable } from '../verdict.js'
import { type Check, exactly, except, only, probeBatch } from './check.js'

/** With the factor T^2 a gradient neither grows nor fades with a high temperature. */
export const checkTemperature: Check = ({ subject, probe }) => {
  const opened = probe()
  const { temperature = 'temperature', temperatureFree } = subject.laws
  if (!(temperature in opened.scalars))
    return notApplicable(`It has no scalar "${temperature}" (laws.temperature names another).`)
  const batch = probeBatch(opened)
  const failures = except(opened, temperatureFree).flatMap((term) => {
    const norm = (t: number): number => {
      const scalars = { [temperature]: t }
      const { gradients } = exactly(opened, batch, { weights: only(opened, term), gradients: true, scalars })
      // A run with gradients has that of the logits.
      return length(gradients['student.logits']!)
    }
    const [at, twice] = [norm(100), norm(200)]
    const ratio = twice / at
    if (at === twice || Math.abs(Math.log2(ratio)) < 0.1) return []
    return [
      `The gradient of term "${term}" must be about the same at T = 100 and T = 200; it is ${brief(ratio)} times as large. ${likely(ratio)}`,
    ]
  })
  return firstFailure(failures, 'No gradient grows or fades with a high temperature.')
}

function likely(ratio: number): string {
  const power = Math.log2(ratio)
  if (power < -1.5) return 'It falls as 1/T^2: the loss lacks the factor T^2.'
  if (power < 0) return 'It falls as 1/T: the factor is T where T^2 belongs.'
  if (power < 1.5)
    return 'It grows with T: teacher and student are not softened alike, or the factor is too high a power of T.'
  return 'It grows as T^2: the factor T^2 is there twice, or the temperature softens one network only.'
}
