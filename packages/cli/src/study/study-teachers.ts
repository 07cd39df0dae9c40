import type { Dataset } from '@umbra/core'
import { type Registry, buildModel, uniqueNames } from '@umbra/core/trainer'
import type { ResolvedStudy, TeacherConfig } from '@umbra/experiment'
import { contentHash } from '@umbra/core/files'

/** One teacher of a study. */
export interface StudyTeacher {
  /** Unique in the study. */
  readonly label: string
  readonly family: string
  readonly architecture: string
  readonly config: TeacherConfig
}

/** Every teacher of every ladder; a trained one appears once for each seed of its ladder. */
export function studyTeachers({ ladders }: Pick<ResolvedStudy, 'ladders'>): StudyTeacher[] {
  const unlabelled = ladders.flatMap(({ family, teachers, seeds }) =>
    teachers.flatMap((config) => {
      const each =
        'train' in config && seeds !== undefined ? seeds.map((seed) => ({ ...config, seed })) : [config]
      return each.map((teacher) => ({
        name:
          'train' in teacher && seeds !== undefined
            ? `${teacher.model.id}-s${teacher.seed}`
            : teacher.model.id,
        family,
        architecture: contentHash(teacher.model),
        config: teacher,
      }))
    }),
  )
  const labels = uniqueNames(unlabelled.map(({ name }) => name))
  return unlabelled.map(({ family, architecture, config }, i) => ({
    ...{ family, architecture, config },
    label: labels[i]!,
  }))
}

/** Labels of the smallest and the largest architecture of each family, by parameters. */
export function endsOf(
  teachers: readonly StudyTeacher[],
  registry: Registry,
  dataset: Pick<Dataset, 'shape' | 'classes'>,
): ReadonlySet<string> {
  const sizes = new Map(
    [...new Map(teachers.map(({ architecture, config }) => [architecture, config.model]))].map(
      ([key, choice]) => {
        const { model } = buildModel(registry, choice, dataset, 0)
        const size = model.countParams()
        model.dispose()
        return [key, size]
      },
    ),
  )
  const ends = new Set<string>()
  for (const family of new Set(teachers.map((teacher) => teacher.family))) {
    const members = teachers.filter((teacher) => teacher.family === family)
    const all = members.map(({ architecture }) => sizes.get(architecture)!)
    for (const { label, architecture } of members)
      if ([Math.min(...all), Math.max(...all)].includes(sizes.get(architecture)!)) ends.add(label)
  }
  return ends
}
