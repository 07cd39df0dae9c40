import { type Plugin, definePlugin } from '@umbra/core'
import { abGolden } from './methods/ab/ab.golden.js'
import { ab } from './methods/ab/ab.js'
import { atGolden } from './methods/at/at.golden.js'
import { at } from './methods/at/at.js'
import { ban } from './methods/ban/ban.js'
import { ccGolden } from './methods/cc/cc.golden.js'
import { cc } from './methods/cc/cc.js'
import { ce } from './methods/ce/ce.js'
import { crdGolden } from './methods/crd/crd.golden.js'
import { crd } from './methods/crd/crd.js'
import { dgkd } from './methods/dgkd/dgkd.js'
import { dml } from './methods/dml/dml.js'
import { eskd } from './methods/eskd/eskd.js'
import { fitnetGolden } from './methods/fitnet/fitnet.golden.js'
import { fitnet } from './methods/fitnet/fitnet.js'
import { fspGolden } from './methods/fsp/fsp.golden.js'
import { fsp } from './methods/fsp/fsp.js'
import { ftGolden } from './methods/ft/ft.golden.js'
import { ft } from './methods/ft/ft.js'
import { mclGolden } from './methods/mcl/mcl.golden.js'
import { mcl } from './methods/mcl/mcl.js'
import { nstGolden } from './methods/nst/nst.golden.js'
import { nst } from './methods/nst/nst.js'
import { ofdGolden } from './methods/ofd/ofd.golden.js'
import { ofd } from './methods/ofd/ofd.js'
import { pktGolden } from './methods/pkt/pkt.golden.js'
import { pkt } from './methods/pkt/pkt.js'
import { reviewkdGolden } from './methods/reviewkd/reviewkd.golden.js'
import { reviewkd } from './methods/reviewkd/reviewkd.js'
import { rkdGolden } from './methods/rkd/rkd.golden.js'
import { rkd } from './methods/rkd/rkd.js'
import { semckd } from './methods/semckd/semckd.js'
import { simkd } from './methods/simkd/simkd.js'
import { spGolden } from './methods/sp/sp.golden.js'
import { sp } from './methods/sp/sp.js'
import { takdGolden } from './methods/takd/takd.golden.js'
import { takd } from './methods/takd/takd.js'
import { tfLs } from './methods/tf-ls/tf-ls.js'
import { vidGolden } from './methods/vid/vid.golden.js'
import { vid } from './methods/vid/vid.js'
import { VERSION } from './version.js'

/** Baseline methods: labels alone, and distillation of features, relations, chains and peers. */
export const baselines: Plugin = definePlugin({
  name: '@umbra/plugin-baselines',
  version: VERSION,
  contract: 1,
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
    fitnetGolden,
    atGolden,
    spGolden,
    ccGolden,
    vidGolden,
    rkdGolden,
    pktGolden,
    nstGolden,
    fspGolden,
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
    abGolden,
    ftGolden,
    ofdGolden,
    reviewkdGolden,
  ],
})
