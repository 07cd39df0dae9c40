import { type MethodDefinition, UmbraError } from '@umbra/core'
import type { Registry } from '@umbra/core/trainer'

/** What a method needs from a run, with its default options. */
export interface MethodNeeds {
  readonly teachers: string
  /** Features of the student and of each teacher, by alias or layer. */
  readonly studentTaps: readonly string[]
  readonly teacherTaps: readonly string[]
  /** Other students trained with it. */
  readonly peers: number
  /** Models trained before it, in separate stages. */
  readonly assistants: readonly string[]
  /** Whether a cross-entropy with the labels is among its terms. */
  readonly labels: boolean
  /** Names of its terms in the log. */
  readonly terms: readonly string[]
}

/** Undefined for a method that cannot be composed from its defaults alone. */
export function methodNeeds(registry: Registry, method: MethodDefinition): MethodNeeds | undefined {
  try {
    const options = registry.parse(method, {})
    const { taps = {}, peers = 0, weights } = method.objective(options, registry.parts)
    const assistants = method.assistants?.(options, { id: 'student', options: {} }) ?? []
    const terms = Object.keys(weights)
    return {
      teachers: range(method.teachers),
      studentTaps: taps.student ?? [],
      teacherTaps: taps.teacher ?? [],
      peers,
      assistants: assistants.map(({ model }) => (model.id === 'student' ? 'the student’s model' : model.id)),
      labels: terms.includes('ce'),
      terms,
    }
  } catch (error) {
    if (error instanceof UmbraError) return undefined
    throw error
  }
}

export const range = ({ min, max }: MethodDefinition['teachers']): string =>
  min === max ? String(min) : max === Infinity ? `${min} or more` : `${min} to ${max}`
