import { type Plugin, definePlugin } from '@umbra/core'
import { confidenceHintGolden, hintGolden } from './methods/mkd-hint/mkd-hint.golden.js'
import { mkdHint } from './methods/mkd-hint/mkd-hint.js'
import { adaptiveGolden, averageGolden, confidenceGolden, entropyGolden } from './methods/mkd/mkd.golden.js'
import { mkd } from './methods/mkd/mkd.js'
import { mtcd } from './methods/mtcd/mtcd.js'
import { umbra } from './methods/umbra/umbra.js'
import { VERSION } from './version.js'
import { adaptive } from './weightings/adaptive.js'
import { average } from './weightings/average.js'
import { confidence } from './weightings/confidence.js'
import { entropy } from './weightings/entropy.js'
import { fixed } from './weightings/fixed.js'

/** Distillation from several teachers: weightings, weighted soft targets and hints, contrast, and the preset `umbra`. */
export const multiteacher: Plugin = definePlugin({
  name: '@umbra/plugin-multiteacher',
  version: VERSION,
  contract: 1,
  provides: [
    average,
    fixed,
    entropy,
    confidence,
    adaptive,
    mkd,
    mkdHint,
    mtcd,
    umbra,
    averageGolden,
    entropyGolden,
    confidenceGolden,
    adaptiveGolden,
    hintGolden,
    confidenceHintGolden,
  ],
})
