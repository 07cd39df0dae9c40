import type { PairConfig } from '../config/experiment-config.js'
import type { Recipe } from '@umbra/core'
import type { ComposedMethod } from '../config/compose-method.js'
import { trainedModelHash } from '../store/result-hashes.js'
import { type ReadyTeacher, type StageContext, trainOnce } from './train-once.js'

export interface AssistantSetting {
  readonly student: PairConfig['student']
  readonly recipe: Recipe
  /** What the steps of each assistant record. JSON. */
  readonly operations: readonly unknown[]
  /** Prefixes the pair's id where there are several pairs. */
  readonly name: (name: string) => string
}

/**
 * Trains the assistants of a method for a seed, one after the other; each may learn from those before it.
 * Returns the assistants only, in order; the caller disposes their models.
 */
export async function readyAssistants(
  method: ComposedMethod,
  seed: number,
  teachers: readonly ReadyTeacher[],
  { student, recipe, operations, name }: AssistantSetting,
  context: StageContext,
): Promise<ReadyTeacher[]> {
  const assistants: ReadyTeacher[] = []
  const normalisation = student.normalisation ?? context.dataset.normalisation
  try {
    for (const [i, assistant] of method.createAssistants(student.model).entries()) {
      const { model, identity } = assistant
      const before = [...teachers, ...assistants]
      const learnsFrom = assistant.teachers === 'all' ? before : before.slice(-1)
      const facts = {
        ...{ model, recipe, seed, normalisation },
        identity: [identity, context.identities.method(method.id, method.parts)],
        teachers: learnsFrom.map(({ hash }) => hash),
        operations: operations[i] ?? null,
      }
      assistants.push(
        await trainOnce(
          {
            role: 'assistant',
            label: name(`${method.label}-${assistant.label}-s${seed}`),
            method: method.id,
            objective: assistant.objective,
            teachers: learnsFrom,
            ...{ model, recipe, seed, normalisation },
            hash: await trainedModelHash(facts, context),
          },
          context,
        ),
      )
    }
    return assistants
  } catch (error) {
    for (const { model } of assistants) model.dispose()
    throw error
  }
}
