import { UmbraError } from '@umbra/core'

/**
 * `floor(size * share)`, as authors' codes size inner layers. Throws UMBRA_TAP_SHAPE where nothing would be left: the option
 * asks for less than one.
 *
 * @param subject the option and its method
 * @param of what is divided: `channels of the teacher`
 */
export function wholePart(subject: string, size: number, share: number, of: string): number {
  const part = Math.floor(size * share)
  if (part >= 1) return part
  throw new UmbraError('UMBRA_TAP_SHAPE', {
    subject,
    expected: `at least one of the ${size} ${of}`,
    received: (size * share).toPrecision(2),
    remedy: 'Change the option, or choose a wider tap or a larger batch',
  })
}
