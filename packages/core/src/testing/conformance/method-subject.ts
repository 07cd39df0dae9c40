import type { Variable } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { MethodLaws } from '../../contracts/laws.js'
import type { MethodDefinition } from '../../contracts/method.js'
import type { Objective } from '../../contracts/objective.js'
import type { PartLookup } from '../../contracts/parts.js'
import { weightVariable } from '../../model/weight-variable.js'
import { parseOptions } from '../../options/parse-options.js'
import { toyNetwork, type Widths } from './toy-network.js'

/** A method under test, with the options it is tested with. */
export interface MethodSubject {
  /** `method "kd"` */
  readonly name: string
  readonly method: MethodDefinition
  readonly laws: MethodLaws
  /** Parsed. */
  readonly options: Readonly<Record<string, unknown>>
  /** Before defaults. */
  readonly inputOptions: Readonly<Record<string, unknown>>
  readonly parts: PartLookup
  /** How many teachers it gets by default: two where it is made for several, otherwise as few as it can do with. */
  readonly teachers: number
  /** How many of them are its own assistants. */
  readonly assistants: number
  /** Networks made for it. They live until its last check: an objective may hold on to a teacher. */
  readonly networks: Set<Networks>
}

export interface SubjectOptions {
  readonly parts: PartLookup
  readonly options?: Readonly<Record<string, unknown>>
  /** Stands in for the definition's own laws. */
  readonly laws?: MethodLaws
}

/** Throws what the options' schema throws. */
export function methodSubject(method: MethodDefinition, input: SubjectOptions): MethodSubject {
  const { parts, options: inputOptions = {}, laws = method.laws ?? {} } = input
  const name = `method "${method.id}"`
  const options = parseOptions(method.options, inputOptions, name)
  const assistants = method.assistants?.(options, { id: 'toy', options: {} }).length ?? 0
  const { min, max } = method.teachers
  const least = Math.max(min, Math.min(1, max))
  const teachers = Math.max(least, min > 0 ? Math.min(2, max) : 0) + assistants
  return { name, method, laws, options, inputOptions, parts, teachers, assistants, networks: new Set() }
}

/** The same method with some options changed. Throws what the schema throws. */
export const withOptions = (
  subject: MethodSubject,
  changed: Readonly<Record<string, unknown>>,
): MethodSubject => {
  const inputOptions = { ...subject.inputOptions, ...changed }
  const options = parseOptions(subject.method.options, inputOptions, subject.name)
  return { ...subject, inputOptions, options }
}

export const objectiveOf = ({ method, options, parts }: MethodSubject): Objective =>
  method.objective(options, parts)

const variablesOf = (model: LayersModel): Variable[] => model.weights.map(weightVariable)

const STUDENT: Widths = [2, 3, 4]
const TEACHERS: readonly Widths[] = [
  [3, 4, 6],
  [4, 6, 8],
  [2, 4, 5],
]

/** Small networks for a method. */
export interface Networks {
  readonly student: LayersModel
  readonly teachers: readonly LayersModel[]
  readonly peers: readonly LayersModel[]
  readonly dispose: () => void
}

/** New networks, with the same weights at every call. `twins`: the teachers are as wide as the student. */
export function networksFor(
  { method, options, networks }: MethodSubject,
  { teachers, peers, twins = false }: { teachers: number; peers: number; twins?: boolean },
): Networks {
  // The remainder is an index of TEACHERS.
  const teachersMade = Array.from({ length: teachers }, (_, k) =>
    toyNetwork(100 + k, twins ? STUDENT : TEACHERS[k % TEACHERS.length]!),
  )
  const plain = toyNetwork(1, STUDENT)
  const made = variablesOf(plain)
  const student = method.student?.(plain, teachersMade, options) ?? plain
  const peersMade = Array.from({ length: peers }, (_, i) => toyNetwork(10 + i, STUDENT))
  // The variables themselves: a method may dispose or share the models it was given, which is for a check to say.
  const variables = new Set([...made, ...[student, ...teachersMade, ...peersMade].flatMap(variablesOf)])
  const result: Networks = {
    student,
    teachers: teachersMade,
    peers: peersMade,
    dispose: () => {
      networks.delete(result)
      for (const variable of variables) if (!variable.isDisposed) variable.dispose()
    },
  }
  networks.add(result)
  return result
}
