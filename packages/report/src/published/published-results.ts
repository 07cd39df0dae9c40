/** Sources of published numbers, and how their runs were selected. */
export const PUBLISHED_SOURCES = {
  rep: {
    title: 'Results of RepDistiller (Tian et al., ICLR 2020), as its README lists them',
    selection: 'best test epoch',
  },
  ls: {
    title: 'README of Logit Standardization in Knowledge Distillation (Sun et al., CVPR 2024)',
    selection: 'best test epoch',
  },
  dist: {
    title: 'README of DIST (Huang et al., NeurIPS 2022)',
    selection: 'mean of several runs, ± 0.2 to 0.3',
  },
} as const

export type PublishedSource = keyof typeof PUBLISHED_SOURCES

/** Top-1 of one method on a pair, percent. */
export interface PublishedResult {
  readonly method: string
  readonly top1: number
  readonly source: PublishedSource
}

/** Published results of one teacher and one student, in percent; those of both trained alone too. */
export interface PublishedPair {
  readonly dataset: string
  readonly teacher: string
  readonly student: string
  readonly teacherTop1: number
  readonly studentTop1: number
  readonly results: readonly PublishedResult[]
}

type Row = readonly (number | undefined)[]

/** Pairs of models, in the order of the rows below. */
const PAIRS = [
  ['wrn40-2', 'wrn16-2', 75.61, 73.26],
  ['wrn40-2', 'wrn40-1', 75.61, 71.98],
  ['resnet56', 'resnet20', 72.34, 69.06],
  ['resnet110', 'resnet20', 74.31, 69.06],
  ['resnet110', 'resnet32', 74.31, 71.14],
  ['resnet32x4', 'resnet8x4', 79.42, 72.5],
  ['vgg13', 'vgg8', 74.64, 70.36],
] as const

const NONE = undefined

const ROWS: readonly (readonly [method: string, source: PublishedSource, row: Row])[] = [
  ['kd', 'rep', [74.92, 73.54, 70.66, 70.67, 73.08, 73.33, 72.98]],
  ['fitnet', 'rep', [73.58, 72.24, 69.21, 68.99, 71.06, 73.5, 71.02]],
  ['at', 'rep', [74.08, 72.77, 70.55, 70.22, 72.31, 73.44, 71.43]],
  ['sp', 'rep', [73.83, 72.43, 69.67, 70.04, 72.69, 72.94, 72.68]],
  ['cc', 'rep', [73.56, 72.21, 69.63, 69.48, 71.48, 72.97, 70.71]],
  ['vid', 'rep', [74.11, 73.3, 70.38, 70.16, 72.61, 73.09, 71.23]],
  ['rkd', 'rep', [73.35, 72.22, 69.61, 69.25, 71.82, 71.9, 71.48]],
  ['pkt', 'rep', [74.54, 73.45, 70.34, 70.25, 72.61, 73.64, 72.88]],
  ['ab', 'rep', [72.5, 72.38, 69.47, 69.53, 70.98, 73.17, 70.94]],
  ['ft', 'rep', [73.25, 71.59, 69.84, 70.22, 72.37, 72.86, 70.58]],
  ['fsp', 'rep', [72.91, NONE, 69.95, 70.11, 71.89, 72.62, 70.23]],
  ['nst', 'rep', [73.68, 72.24, 69.6, 69.53, 71.96, 73.3, 71.53]],
  ['crd', 'rep', [75.48, 74.14, 71.16, 71.46, 73.48, 75.51, 73.94]],
  ['ctkd', 'ls', [75.45, 73.93, 71.19, 70.99, 73.52, 73.39, 73.52]],
  ['dkd', 'ls', [76.24, 74.81, 71.97, 71.06, 74.11, 76.32, 74.68]],
  ['mlkd', 'ls', [76.63, 75.35, 72.19, 71.89, 74.11, 77.08, 75.18]],
  ['logit-standardisation', 'ls', [76.11, 74.37, 71.43, 71.48, 74.17, 76.62, 74.36]],
  ['dist', 'dist', [NONE, 74.43, 71.75, NONE, NONE, 76.31, NONE]],
]

/** Published top-1 on CIFAR-100 with 240 epochs of training. */
export const PUBLISHED_PAIRS: readonly PublishedPair[] = PAIRS.map(
  ([teacher, student, teacherTop1, studentTop1], column) => ({
    dataset: 'cifar100',
    teacher,
    student,
    teacherTop1,
    studentTop1,
    results: ROWS.flatMap(([method, source, row]) => {
      const top1 = row[column]
      return top1 === undefined ? [] : [{ method, top1, source }]
    }),
  }),
)
