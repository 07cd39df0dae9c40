import type { Numbers } from '../numbers.js'
import type { ProbeBatch } from '../probe.js'

/** Another batch, with the student's logits changed. */
export const withLogits = (batch: ProbeBatch, change: (logits: Numbers) => Numbers): ProbeBatch => ({
  ...batch,
  student: { ...batch.student, logits: change(batch.student.logits) },
})

/** `change` of every logit, `[batch, classes]`. */
export const mapLogits = (
  { shape, data }: Numbers,
  change: (value: number, row: number, column: number) => number,
): Numbers => {
  const [, classes = 1] = shape
  return { shape, data: Array.from(data, (value, i) => change(value, Math.floor(i / classes), i % classes)) }
}

/** Another batch, with the logits of all teachers changed. */
export const withTeacherLogits = (batch: ProbeBatch, change: (logits: Numbers) => Numbers): ProbeBatch => ({
  ...batch,
  teachers: batch.teachers.map((teacher) => ({ ...teacher, logits: change(teacher.logits) })),
})
