import { type MethodDefinition, defineMethod, z } from '@umbra/core'
import { mtcdObjective } from '../mtcd/mtcd-objective.js'
import { mtcdOptions } from '../mtcd/mtcd-options.js'
import { mtcdDepartures, mtcdFormula } from '../mtcd/mtcd-texts.js'

const options = z.strictObject({
  ...mtcdOptions.shape,
  softening: mtcdOptions.shape.softening.default('ats'),
  enhancement: mtcdOptions.shape.enhancement.default('power'),
  ceWeight: mtcdOptions.shape.ceWeight.default(0.5),
  softWeight: mtcdOptions.shape.softWeight.default(0.5),
  studentTemperature: mtcdOptions.shape.studentTemperature.default(1),
})

/** The full method: calibrated softening, enhancement, contrast with several teachers. */
export const umbra: MethodDefinition<typeof options> = defineMethod({
  id: 'umbra',
  title: 'Calibrated, enhanced, contrasted',
  summary:
    'The full method: asymmetric temperatures, more distinct wrong classes, and contrast with several teachers.',
  paper: {
    title: 'Exploring Dark Knowledge under Various Teacher Capacities and Addressing Capacity Mismatch',
    venue: 'Frontiers of Computer Science 20(6), 2026',
    arxiv: '2405.13078',
  },
  formula: mtcdFormula,
  teachers: { min: 1, max: 16 },
  departures: [
    ...mtcdDepartures,
    'The composition and its weights are this project’s; the weights 0.5 are those of ATS.',
  ],
  options,
  objective: mtcdObjective,
})
