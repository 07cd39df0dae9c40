import {
  type MethodDefinition,
  type TensorRecord,
  defineMethod,
  labelLoss,
  objective,
  positiveScheduledSchema,
  z,
} from '@umbra/core'
import { mapAll } from '../../shared/at-least-one.js'
import { embed, embeddingVariables } from '../../shared/embedding.js'
import { weightOption } from '../../shared/feature-options.js'
import { flatWidth, toRows } from '../../shared/layout.js'
import { sumOf } from '../../shared/sum-of.js'
import { mutualContrast } from './mutual-contrast.js'

const options = z.strictObject({
  peers: z
    .int()
    .min(1)
    .max(15)
    .default(1)
    .describe('Other students trained together with this one, 1 or more'),
  studentTap: z.string().min(1).default('pooled').describe('Feature that is embedded; maps are flattened'),
  dimension: z
    .int()
    .min(1)
    .default(128)
    .describe('Length of the embeddings, and width of their hidden layer'),
  contrastTemperature: z
    .number()
    .gt(0)
    .default(0.07)
    .describe('tau, above 0: temperature of the similarities'),
  temperature: positiveScheduledSchema
    .default(3)
    .describe('T, above 0: softens the similarities of the soft terms'),
  ceWeight: weightOption(1, 'the cross-entropy of every network with the labels'),
  vclWeight: weightOption(0.1, 'the contrast within each network'),
  softVclWeight: weightOption(1, 'the divergence between networks of the similarities within them'),
  iclWeight: weightOption(0.1, 'the contrast between networks'),
  softIclWeight: weightOption(1, 'the divergence of the similarities between networks'),
})

/** Mutual contrast of students that start from different weights. Terms: `ce` (of the student), `peerCe`, `vcl`, `softVcl`, `icl`, `softIcl`. */
export const mcl: MethodDefinition<typeof options> = defineMethod({
  id: 'mcl',
  title: 'Mutual contrastive learning',
  summary:
    'Several students embed the batch, pull each class together within and across networks, and agree on the similarities.',
  paper: {
    title: 'Mutual Contrastive Learning for Visual Representation Learning',
    venue: 'AAAI 2022',
    arxiv: '2104.12565',
  },
  formula:
    'L = ceWeight * sum_k CE(z_k, y) + vclWeight * sum_k C(a_k, a_k) + iclWeight * sum_{k != l} C(a_k, a_l) + T^2 [ softVclWeight * sum_{k != l} KL( S_ll || S_kk ) + softIclWeight * sum_{k != l} KL( S_lk || S_kl ) ], C_i = mean over j != i of the class of i of -log( exp s_ij / sum_{m != i} exp s_im ), s = <a_k,i, a_l,j> / tau, S = softmax(s / T), targets of KL constant',
  teachers: { min: 0, max: 64 },
  departures: [
    'Follows the published code: an image’s own embedding in the other network is left out of the contrast between networks as it is within one, and the soft terms keep it.',
    'An example that is alone of its class in the batch adds no contrast; in the published code it makes the loss NaN. The authors draw two examples of each class, here batches are drawn as for every other method.',
    'Weights 0.1 and 1 and the two-layer embedding are those of the published CIFAR-100 scripts.',
  ],
  options,
  objective: (settings) =>
    objective({
      // The contrast depends on which examples share a class.
      labels: 'hard',
      weights: {
        ce: settings.ceWeight,
        peerCe: settings.ceWeight,
        vcl: settings.vclWeight,
        softVcl: settings.softVclWeight,
        icl: settings.iclWeight,
        softIcl: settings.softIclWeight,
      },
      scalars: { temperature: settings.temperature },
      taps: { student: [settings.studentTap] },
      peers: settings.peers,
      prepare: ({ student }, seed) => {
        const widths = [
          flatWidth(student.tap(settings.studentTap)),
          settings.dimension,
          settings.dimension,
        ] as const
        const networks = Array.from({ length: settings.peers + 1 }, (_, k) =>
          embeddingVariables(`embed${k}`, widths, seed),
        )
        return { variables: Object.assign({}, ...networks) as TensorRecord }
      },
      terms: ({ student, peers, labels, target, scalars, variables }) => {
        const networks = [student, ...peers] as const
        const [ce, ...peerCe] = mapAll(networks, ({ logits }) => labelLoss(logits, target))
        const embedded = networks.map(({ tap }, k) =>
          embed(toRows(tap(settings.studentTap)), variables, `embed${k}`),
        )
        const temperatures = { contrast: settings.contrastTemperature, soft: scalars.temperature }
        return { ce, peerCe: sumOf(peerCe), ...mutualContrast(embedded, labels, temperatures) }
      },
    }),
})
