import { type TensorInfo, backend_util } from '@tensorflow/tfjs-core'
import { type RunKernel, composedKernel } from './composed-kernel.js'

/** A tensor whose axes carry the labels of the equation; labels of the result are numbered first, in its order. */
interface Term {
  readonly info: TensorInfo
  readonly labels: readonly number[]
}

/**
 * Einstein summation over one or two float32 tensors. Labels that both terms have and the result lacks are summed by one
 * matrix product, so that nothing larger than the terms and the result is made.
 */
export const einsum = composedKernel<Readonly<Record<string, TensorInfo>>, { readonly equation: string }>(
  'Einsum',
  ({ inputs, attrs, run }) => {
    const tensors = Object.values(inputs)
    const equation = backend_util.decodeEinsumEquation(attrs.equation, tensors.length)
    const { allDims, summedDims, idDims } = equation
    backend_util.checkEinsumDimSizes(allDims.length, idDims, tensors as never)
    const kept = allDims.length - summedDims.length
    const terms = tensors.map((info, i) => {
      const others = new Set(idDims.filter((_, j) => j !== i).flat())
      return summed(run, { info, labels: idDims[i] ?? [] }, (label) => label >= kept && !others.has(label))
    })
    const [first, second] = terms as [Term, Term?]
    const product = second === undefined ? first : contracted(run, first, second, kept)
    return arranged(
      run,
      product,
      Array.from({ length: kept }, (_, label) => label),
    )
  },
)

/** Sums over the labels that occur in no other term. */
function summed(run: RunKernel, { info, labels }: Term, alone: (label: number) => boolean): Term {
  const axis = labels.flatMap((label, i) => (alone(label) ? [i] : []))
  if (axis.length === 0) return { info, labels }
  return {
    info: run('Sum', { x: info }, { axis, keepDims: false }),
    labels: labels.filter((label) => !alone(label)),
  }
}

function contracted(run: RunKernel, a: Term, b: Term, kept: number): Term {
  const shared = a.labels.filter((label) => b.labels.includes(label))
  const batch = shared.filter((label) => label < kept)
  const inner = shared.filter((label) => label >= kept)
  const left = a.labels.filter((label) => !shared.includes(label))
  const right = b.labels.filter((label) => !shared.includes(label))
  const size = (labels: readonly number[], term: Term): number =>
    labels.reduce((total, label) => total * (term.info.shape[term.labels.indexOf(label)] ?? 1), 1)
  const matrix = (term: Term, order: readonly (readonly number[])[]): TensorInfo =>
    run(
      'Reshape',
      { x: arranged(run, term, order.flat()) },
      { shape: order.map((labels) => size(labels, term)) },
    )
  const product = run(
    'BatchMatMul',
    { a: matrix(a, [batch, left, inner]), b: matrix(b, [batch, inner, right]) },
    { transposeA: false, transposeB: false },
  )
  const shape = [...batch, ...left]
    .map((label) => size([label], a))
    .concat(right.map((label) => size([label], b)))
  return { info: run('Reshape', { x: product }, { shape }), labels: [...batch, ...left, ...right] }
}

/** Transposes the axes to an order of labels. */
function arranged(run: RunKernel, { info, labels }: Term, order: readonly number[]): TensorInfo {
  const perm = order.map((label) => labels.indexOf(label))
  return run('Transpose', { x: info }, { perm })
}
