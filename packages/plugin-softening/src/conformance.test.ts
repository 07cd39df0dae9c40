import { type MethodLaws, assertConforms, conformanceSubjects } from '@umbra/core/testing'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, it } from 'vitest'
import { softening } from './plugin.js'

beforeAll(useCpuBackend)

const soft: MethodLaws = { identity: ['kd'], pull: ['kd'] }
const decoupled: MethodLaws = { identity: ['tckd', 'nckd'], wrongClasses: ['nckd'], pull: ['tckd'] }
const ownTemperature: MethodLaws = { scaledGradients: ['theta'] }

/** Milliseconds: a definition takes some seconds of a free core, many times that where others compute. */
const LOADED = 600_000

it.each(conformanceSubjects(softening))(
  '%s keeps the laws of distillation',
  (only) => {
    assertConforms(softening, {
      only,
      laws: {
        kd: soft,
        ats: { pull: ['softCe'] },
        isats: { pull: ['softCe'] },
        ctkd: { ...soft, ...ownTemperature },
        'logit-standardisation': { identity: ['kd'] },
        skd: { identity: ['kd'] },
        dkd: decoupled,
        nkd: { wrongClasses: ['nonTarget'], pull: ['target'] },
        mlkd: { identity: ['kd', 'cc', 'bc'], relational: ['kd', 'cc', 'bc'] },
      },
      cases: {
        'method/kd': [
          { options: { divergence: 'soft-cross-entropy' }, laws: { identity: ['softCe'], pull: ['softCe'] } },
        ],
        'method/ats': [{ options: { divergence: 'kl' }, laws: { pull: ['kd'] } }],
        'method/isats': [{ options: { rule: 'factors' } }, { options: { rule: 'fixed-tau1' } }],
        'method/ctkd': [{ options: { loss: 'dkd' }, laws: { ...decoupled, ...ownTemperature } }],
        'method/dkd': [
          { options: { standardise: true }, laws: { wrongClasses: [], pull: [] } },
          { options: { softening: 'ats' }, laws: { identity: [], temperatureFree: ['tckd', 'nckd'] } },
        ],
        'method/nkd': [
          { options: { softening: 'isats' }, laws: { wrongClasses: [], temperatureFree: ['nonTarget'] } },
        ],
        'method/mlkd': [{ options: { standardise: true } }, { options: { variant: 'as-released' } }],
      },
    })
  },
  LOADED,
)
