import { assertConforms, conformanceSubjects } from '@umbra/core/testing'
import { softening } from '@umbra/plugin-softening'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, it } from 'vitest'
import { discrepancy } from './plugin.js'

beforeAll(useCpuBackend)

/** Milliseconds: a definition takes some seconds of a free core, many times that where others compute. */
const LOADED = 600_000

it.each(conformanceSubjects(discrepancy))(
  '%s keeps the laws of distillation',
  (only) => {
    const all = { interWeight: 1, intraWeight: 1, discrepancyWeight: 1 }
    assertConforms(discrepancy, {
      only,
      needs: [softening],
      laws: {
        dist: {
          identity: ['inter', 'intra'],
          relational: ['intra'],
          temperatureFree: ['inter', 'intra'],
        },
      },
      cases: {
        'method/enhanced': [
          { options: { enhancement: 'match' } },
          { options: { enhancement: 'fuse' }, laws: { relational: ['softCe'] } },
          {
            options: { enhancement: 'none', softening: 'shared', softeningOptions: { temperature: 1 } },
            laws: { identity: ['softCe'], pull: ['softCe'] },
          },
          { options: all, laws: { relational: ['intra'] } },
        ],
        'method/teacher-regularised': [
          { options: { regulariser: 'logit-norm' }, laws: { shifted: ['penalty'] } },
        ],
      },
    })
  },
  LOADED,
)
