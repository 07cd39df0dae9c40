import { BATCHES } from './batches.js'
import { CONTRAST } from './contrast.js'
import { DIVERGENCES } from './divergences.js'
import { HINTS } from './hints.js'
import { IMPURE } from './impure.js'
import { MASKS } from './masks.js'
import type { MuseumPiece } from './piece.js'
import { STATES } from './states.js'
import { TEACHER_WEIGHTS } from './teacher-weights.js'
import { TEACHERS } from './teachers.js'
import { TEMPERATURE } from './temperature.js'
import { WEIGHTS } from './weights.js'

/** Known bugs of distillation, each of which the conformance kit must catch by the check it names. */
export const MUSEUM: readonly MuseumPiece[] = [
  ...TEMPERATURE,
  ...DIVERGENCES,
  ...MASKS,
  ...BATCHES,
  ...WEIGHTS,
  ...HINTS,
  ...TEACHER_WEIGHTS,
  ...TEACHERS,
  ...CONTRAST,
  ...IMPURE,
  ...STATES,
]
