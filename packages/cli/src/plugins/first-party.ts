type Kinds = Readonly<Record<string, string>>

/** What comes with Umbra, by package and kind; reference values of losses are left out. A test compares it with the plugins. */
export const FIRST_PARTY: Readonly<Record<string, Kinds>> = {
  '@umbra/plugin-baselines': {
    method:
      'ce fitnet at sp cc vid rkd pkt nst fsp takd dgkd eskd ban dml mcl tf-ls crd ab ft ofd reviewkd semckd simkd',
  },
  '@umbra/plugin-discrepancy': {
    enhancement: 'power match fuse',
    method: 'dist enhanced discrepancy teacher-regularised',
  },
  '@umbra/plugin-live': {
    sink: 'tensorboard live',
  },
  '@umbra/plugin-multiteacher': {
    weighting: 'average fixed entropy confidence adaptive',
    method: 'mkd mkd-hint mtcd umbra',
  },
  '@umbra/plugin-softening': {
    softening: 'shared ats isats logit-standardisation spherical',
    method: 'kd ats isats ctkd logit-standardisation skd dkd nkd mlkd',
  },
  '@umbra/plugin-training': {
    hooks: 'ema early-stopping',
    optimiser: 'rmsprop lamb lookahead',
    schedule: 'step one-cycle warm-restarts',
    metric: 'macro-f1 balanced-accuracy class-accuracy ece nll brier',
  },
  '@umbra/plugin-vision': {
    model:
      'resnet8 resnet8x4 resnet14 resnet14x4 resnet20 resnet20x4 resnet32 resnet32x4 resnet44 resnet44x4 resnet56 resnet56x4 resnet110 resnet110x4 cnn',
    dataset: 'digits cifar10 cifar100',
    format: 'pytorch safetensors',
  },
}

/** The package that comes with Umbra and provides a part; undefined for a part of nobody's or of a user's own. */
export const providerOf = (kind: string, id: string): string | undefined =>
  Object.keys(FIRST_PARTY).find((name) =>
    Object.entries(FIRST_PARTY[name] ?? {}).some(([key, ids]) => key === kind && ids.split(' ').includes(id)),
  )
