import { assertConforms, conformanceSubjects } from '@umbra/core/testing'
import { discrepancy } from '@umbra/plugin-discrepancy'
import { softening } from '@umbra/plugin-softening'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, it } from 'vitest'
import { multiteacher } from './plugin.js'

beforeAll(useCpuBackend)

/** Milliseconds: a definition takes some seconds of a free core, many times that where others compute. */
const LOADED = 600_000

it.each(conformanceSubjects(multiteacher))(
  '%s keeps the laws of distillation',
  (only) => {
    const contrast = { relational: ['contrast'], fixedState: ['bankLabels'] }
    const weightings = ['entropy', 'confidence', 'adaptive']
    assertConforms(multiteacher, {
      only,
      needs: [softening, discrepancy],
      laws: {
        mkd: { identity: ['kd'], pull: ['kd'] },
        'mkd-hint': { identity: ['kd'], pull: ['kd'], relational: ['hint'] },
        mtcd: contrast,
        umbra: contrast,
      },
      cases: {
        'weighting/fixed': [{ options: { weights: [0.3, 0.7] } }],
        'method/mkd': weightings.map((weighting) => ({
          options: { weighting },
          laws: weighting === 'adaptive' ? { relational: ['kd'] } : {},
        })),
        'method/mkd-hint': [
          { options: { weighting: 'confidence' } },
          {
            options: { variant: 'as-released' },
            laws: {
              constant: ['hint'],
              countsTeachers: ['hint'],
              fixedState: ['kernel', 'gamma', 'beta'],
            },
          },
        ],
        'method/mtcd': [
          { options: { form: 'infonce' } },
          {
            options: { enhancement: 'fuse', weighting: 'entropy' },
            laws: { relational: ['contrast', 'softCe'] },
          },
        ],
      },
    })
  },
  LOADED,
)
