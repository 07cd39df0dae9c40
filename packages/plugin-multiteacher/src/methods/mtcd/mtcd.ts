import { type MethodDefinition, defineMethod } from '@umbra/core'
import { mtcdObjective } from './mtcd-objective.js'
import { mtcdOptions } from './mtcd-options.js'
import { mtcdDepartures, mtcdFormula } from './mtcd-texts.js'

/** Contrast with several teachers. */
export const mtcd: MethodDefinition<typeof mtcdOptions> = defineMethod({
  id: 'mtcd',
  title: 'Multi-teacher contrastive distillation',
  summary:
    'Weighted soft targets, and embeddings pulled towards those of each teacher and away from those of other classes.',
  paper: {
    title: 'Contrastive Representation Distillation',
    venue: 'ICLR 2020',
    arxiv: '1910.10699',
    equations: '17 to 19; section 4.4 for several teachers',
  },
  formula: mtcdFormula,
  teachers: { min: 1, max: 16 },
  departures: mtcdDepartures,
  options: mtcdOptions,
  objective: mtcdObjective,
})
