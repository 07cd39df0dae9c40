import type { ResolvedConfig } from './config.js'
import type { PreparedMethod } from './prepare.js'
import { type ReadyTeacher, type StageContext, trainOnce } from './train-once.js'

/**
 * Trains the assistants of a method for a seed, one after the other; each may learn from those before it.
 * The result are the assistants alone, in order; the caller disposes their models.
 */
export async function readyAssistants(
  method: PreparedMethod,
  seed: number,
  teachers: readonly ReadyTeacher[],
  config: ResolvedConfig,
  context: StageContext,
): Promise<ReadyTeacher[]> {
  const assistants: ReadyTeacher[] = []
  const normalisation = config.student.normalisation ?? context.dataset.normalisation
  for (const assistant of method.createAssistants(config.student.model)) {
    const known = [...teachers, ...assistants]
    assistants.push(
      await trainOnce(
        {
          role: 'assistant',
          label: `${method.entry.label}-${assistant.label}-s${seed}`,
          model: assistant.model,
          method: method.entry.id,
          objective: assistant.objective,
          identity: assistant.identity,
          teachers: assistant.teachers === 'all' ? known : known.slice(-1),
          recipe: config.recipe,
          seed,
          normalisation,
        },
        context,
      ),
    )
  }
  return assistants
}
