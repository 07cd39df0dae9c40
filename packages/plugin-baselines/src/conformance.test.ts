import { assertConforms, conformanceSubjects } from '@umbra/core/testing'
import { useCpuBackend } from '@umbra/testing'
import { beforeAll, it } from 'vitest'
import { baselines } from './plugin.js'

beforeAll(useCpuBackend)

const soft = { identity: ['kd'], pull: ['kd'] }
const relations = (...terms: string[]) => ({ identity: terms, relational: terms })

/** Milliseconds: a definition takes some seconds of a free core, many times that where others compute. */
const LOADED = 600_000

it.each(conformanceSubjects(baselines))(
  '%s keeps the laws of distillation',
  (only) => {
    assertConforms(baselines, {
      only,
      laws: {
        // A projector with batch normalisation by the batch at hand makes an example's value depend on its batch.
        fitnet: { relational: ['hint'] },
        ab: { relational: ['ab'] },
        ft: { relational: ['ft'] },
        ofd: { relational: ['ofd'], fixedState: ['margin'] },
        reviewkd: { relational: ['review'] },
        at: { identity: ['at'] },
        nst: { identity: ['nst'] },
        fsp: { identity: ['fsp'] },
        simkd: { identity: ['feature'] },
        sp: relations('sp'),
        cc: relations('cc'),
        rkd: relations('distance', 'angle'),
        pkt: relations('pkt'),
        semckd: { relational: ['semckd'], ordered: ['semckd'] },
        takd: soft,
        dgkd: soft,
        eskd: soft,
        ban: soft,
        dml: { identity: ['mutual', 'peerMutual'] },
        // Similarities within the batch: the other samples of it are the contrast.
        mcl: { relational: ['vcl', 'softVcl', 'icl', 'softIcl'] },
        crd: { ...soft, relational: ['crd'], negatives: [{ feed: 'negatives', form: 'counts' }] },
      },
      cases: {
        'method/fitnet': [{ options: { kdWeight: 1, hintEpochs: 20 }, laws: soft }],
        'method/cc': [{ options: { variant: 'as-released' }, laws: { identity: [], ordered: ['cc'] } }],
        'method/at': [{ options: { kdWeight: 1 }, laws: { identity: ['at', 'kd'], pull: ['kd'] } }],
        'method/takd': [
          { options: { assistants: ['toy'] } },
          { options: { variant: 'as-released' }, laws: { pull: [] } },
        ],
        'method/dgkd': [{ options: { assistants: ['toy', 'toy'] } }],
        'method/dml': [{ options: { peers: 2 } }],
        'method/tf-ls': [{ options: { variant: 'as-released' }, laws: { temperatureFree: ['kd'] } }],
      },
    })
  },
  LOADED,
)
