import type { ResolvedStudy, StudyMethod } from '@umbra/experiment'
import type { MethodRole } from '@umbra/report'
import { withParts } from './with-parts.js'

/** A shared temperature with the loss weights of `ats`, `isats` and `enhanced`, so that only the target differs. */
const temperatureArm = (temperature: number): StudyMethod => ({
  id: 'ats',
  label: `ts-t${temperature}`,
  options: { tau1: temperature, tau2: temperature },
  teachers: 'all',
})

/** Methods of a study: one arm for each temperature, and those listed. `eskd` stops halfway by default. */
export const studyMethods = (
  { temperatures, methods }: Pick<ResolvedStudy, 'temperatures' | 'methods'>,
  epochs: number,
): StudyMethod[] => [
  ...temperatures.map(temperatureArm),
  ...methods.map((method) =>
    withParts(method, (id, options) => (id === 'eskd' ? { stopEpoch: epochs / 2, ...options } : options)),
  ),
]

/** What each method of a study is for. */
export const rolesOf = (study: Pick<ResolvedStudy, 'temperatures' | 'methods'>): MethodRole[] => [
  ...study.temperatures.map((temperature) => ({
    label: temperatureArm(temperature).label,
    role: 'temperature' as const,
    temperature,
    sameWeights: true,
  })),
  ...study.methods.map(({ id, label, options }) => ({
    label,
    role: ROLES[id] ?? ('other' as const),
    sameWeights:
      SAME.includes(id) && Object.entries(PLAIN).every(([key, value]) => (options[key] ?? value) === value),
  })),
]

const ROLES: Readonly<Record<string, MethodRole['role']>> = {
  ce: 'reference',
  ats: 'calibration',
  isats: 'calibration',
  enhanced: 'enhancement',
}
const SAME = ['ats', 'isats', 'enhanced']
/** Loss options that leave the target as the only difference between these methods and the temperature arms. */
const PLAIN: Readonly<Record<string, unknown>> = {
  lambda: 0.5,
  studentTemperature: 1,
  divergence: 'soft-cross-entropy',
  interWeight: 0,
  intraWeight: 0,
  discrepancyWeight: 0,
}
