import { type MethodDefinition, defineMethod, scheduledAtLeast, z } from '@umbra/core'
import { divergenceOption } from '../../shared/divergence.js'
import { sharedTemperature } from '../../softenings/shared.js'
import { sphericalLogits, sphericalOptions } from '../../softenings/spherical.js'
import { softTargetObjective } from '../../shared/soft-target-objective.js'

const options = z.strictObject({
  ...sphericalOptions,
  ceWeight: scheduledAtLeast(0)
    .default(0.1)
    .describe('Weight of the cross-entropy with the labels, 0 or more'),
  kdWeight: scheduledAtLeast(0).default(0.9).describe('Weight of T^2 KL, 0 or more'),
  divergence: divergenceOption('kl'),
})

/** Spherical knowledge distillation. Terms: `ce` and `kd` (or `softCe`), both on normalised logits. */
export const skd: MethodDefinition<typeof options> = defineMethod({
  id: 'skd',
  title: 'Spherical knowledge distillation',
  summary:
    'Both networks’ logits are scaled to the same norm, so that the student does not have to match the teacher’s confidence.',
  paper: {
    title: 'Reducing the Teacher-Student Gap via Spherical Knowledge Distillation',
    venue: 'arXiv 2020',
    arxiv: '2010.07485',
  },
  formula:
    'L = ceWeight * CE(softmax(N(z_s)), y) + kdWeight * T^2 * KL( softmax(N(z_t) / T) || softmax(N(z_s) / T) ), N(z) = multiplier * (z - mean(z)) / sqrt(var(z) + 1e-7)',
  departures: [
    'Follows the authors’ README: one multiplier for both networks, T = 4, multiplier 2. Their training script lowers the share of the soft term from 0.9 to 0.5 and 0.1 late in 100 epochs; here the weights are constant unless given as schedules.',
    'The student is evaluated and saved with raw logits: the accuracy is the same, the confidence differs from that in training.',
  ],
  options,
  objective: ({ temperature, multiplier, ceWeight, kdWeight, divergence }) =>
    softTargetObjective({
      ceWeight,
      softWeight: kdWeight,
      divergence,
      scalars: { temperature, multiplier },
      temperature: 'temperature',
      logTarget: (logits, scalars) =>
        sharedTemperature(sphericalLogits(logits, scalars.multiplier), scalars.temperature).logProbabilities,
      student: (logits, scalars) => sphericalLogits(logits, scalars.multiplier),
    }),
})
