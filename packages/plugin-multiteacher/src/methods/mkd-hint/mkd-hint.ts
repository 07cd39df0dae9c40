import {
  type MethodDefinition,
  type Objective,
  type PartLookup,
  type Prepared,
  defineMethod,
  detach,
  objective,
  scheduledAtLeast,
  type tf,
  z,
} from '@umbra/core'
import { mkdOptions } from '../../shared/mkd-options.js'
import { mkdTerms } from '../../shared/mkd-terms.js'
import { hintWeights, squaredGap, weightedHints } from './hint-terms.js'
import { regress, regressors, toSmaller } from './regressors.js'
import { classified, teacherClassifiers } from './teacher-classifiers.js'

const options = z.strictObject({
  ...mkdOptions,
  studentTap: z.string().min(1).default('stage2').describe('Feature map of the student'),
  teacherTap: z.string().min(1).default('stage2').describe('Feature map of every teacher'),
  hintWeighting: z
    .enum(['logits', 'classifier'])
    .default('logits')
    .describe(
      'Weights of the hints: those of the logits, or those of CA-MKD, by how well each teacher’s classifier does with the regressed feature; then both taps must be the last maps (stage3)',
    ),
  hintWeight: scheduledAtLeast(0)
    .default({ kind: 'steps', values: [0, 100], milestones: [1] })
    .describe(
      'Weight of the hints, 0 or more; by default 100 after the first epoch; CA-MKD uses 50 with its weights',
    ),
})

/** Weighted distillation with hints. Terms: `ce`, `kd`, `hint`. */
export const mkdHint: MethodDefinition<typeof options> = defineMethod({
  id: 'mkd-hint',
  title: 'Multi-teacher distillation with hints',
  summary:
    'The student learns from the logits of several teachers and, by a regressor, reproduces a feature map of each.',
  paper: {
    title: 'FitNets: Hints for Thin Deep Nets',
    venue: 'ICLR 2015',
    arxiv: '1412.6550',
    equations: '3, summed over teachers as in arXiv 2201.00007',
  },
  formula:
    'L = ceWeight * CE + kdWeight * sum_k w_k T^2 KL_k + hintWeight * sum_k v_k mean( (r_k(f_s) - f_k)^2 ), r = ReLU(BN(1x1 convolution)), v_k = w_k, or with hintWeighting classifier (1 - softmax_k(CE(classifier_k(pool(r_k(f_s))), y))) / (K - 1)',
  teachers: { min: 1, max: 16 },
  departures: [
    'FitNet-MKD’s released code detaches the hints, so that they have no gradient; here they have one (`variant: as-released` for theirs).',
    'With `hintWeighting: classifier` the weights are constants and sum to 1; CA-MKD’s code lets a gradient through them, by which the student can choose its teacher, and divides by K once more (`variant: as-released`).',
    'The regressor’s batch norm uses the statistics of the current batch; maps of different sizes are averaged down to the smaller one.',
  ],
  options,
  objective: mkdHintObjective,
})

function mkdHintObjective(choice: z.output<typeof options>, parts: PartLookup): Objective {
  const { studentTap, teacherTap, variant } = choice
  const weighting = parts.weighting(choice.weighting, choice.weightingOptions)
  const byClassifier = choice.hintWeighting === 'classifier'
  const detached = variant === 'as-released' && !byClassifier
  return objective({
    labels: 'hard',
    weights: { ce: choice.ceWeight, kd: choice.kdWeight, hint: choice.hintWeight },
    scalars: { temperature: choice.temperature },
    taps: { student: [studentTap], teacher: [teacherTap] },
    prepare: (shapes, seed, models): Prepared => {
      const projectors = regressors(shapes, seed, { studentTap, teacherTap })
      // Detached hints give the regressors no gradient: they stay unchanged, so they are kept as state.
      if (detached) return { state: projectors }
      return byClassifier
        ? { variables: projectors, state: teacherClassifiers(shapes, models, teacherTap) }
        : { variables: projectors }
    },
    terms: (batch) => {
      const { student, teachers, labels, variables, state } = batch
      const projectors = detached ? state : variables
      const pairs = teachers.map((teacher, k) => {
        const [map, hint] = toSmaller(student.tap(studentTap), teacher.tap(teacherTap))
        return { regressed: regress(map, projectors, k), hint }
      })
      const gaps = pairs.map(({ regressed, hint }) => squaredGap(regressed, hint))
      const weightedByLogits = (): tf.Tensor1D => {
        const logits = teachers.map((teacher) => teacher.logits)
        const hint = weightedHints(gaps, detach(weighting.apply(logits, labels, student.logits)))
        return variant === 'as-released' ? detach(hint) : hint
      }
      const weightedByClassifier = (): tf.Tensor1D => {
        const logits = pairs.map(({ regressed }, k) => classified(regressed, state, k))
        return weightedHints(gaps, hintWeights(logits, labels, variant))
      }
      return {
        ...mkdTerms(batch, weighting, { id: choice.weighting, variant }),
        hint: byClassifier ? weightedByClassifier() : weightedByLogits(),
      }
    },
  })
}
