import { type Plugin, definePlugin } from '@umbra/core'
import { ce } from './methods/ce.js'
import { featureGolden } from './golden/feature-families.js'
import { at } from './methods/at.js'
import { cc } from './methods/cc.js'
import { fitnet } from './methods/fitnet.js'
import { fsp } from './methods/fsp.js'
import { nst } from './methods/nst.js'
import { pkt } from './methods/pkt.js'
import { rkd } from './methods/rkd.js'
import { sp } from './methods/sp.js'
import { vid } from './methods/vid.js'
import { crdGolden } from './golden/crd.js'
import { mclGolden } from './golden/mcl.js'
import { takdGolden } from './golden/takd.js'
import { ban } from './methods/ban.js'
import { crd } from './methods/crd.js'
import { dgkd } from './methods/dgkd.js'
import { dml } from './methods/dml.js'
import { eskd } from './methods/eskd.js'
import { mcl } from './methods/mcl.js'
import { takd } from './methods/takd.js'
import { tfLs } from './methods/tf-ls.js'
import { stageGolden } from './golden/stage-families.js'
import { ab } from './methods/ab.js'
import { ft } from './methods/ft.js'
import { ofd } from './methods/ofd.js'
import { reviewkd } from './methods/reviewkd.js'
import { semckd } from './methods/semckd.js'
import { simkd } from './methods/simkd.js'
import { VERSION } from './version.js'

/** Baseline methods: labels alone, and distillation of features, relations, chains and peers. */
export const baselines: Plugin = definePlugin({
  name: '@umbra/plugin-baselines',
  version: VERSION,
  core: '^0.1.0',
  provides: [
    ce,
    fitnet,
    at,
    sp,
    cc,
    vid,
    rkd,
    pkt,
    nst,
    fsp,
    ...featureGolden,
    takd,
    dgkd,
    eskd,
    ban,
    dml,
    mcl,
    tfLs,
    crd,
    ab,
    ft,
    ofd,
    reviewkd,
    semckd,
    simkd,
    takdGolden,
    mclGolden,
    crdGolden,
    ...stageGolden,
  ],
})
