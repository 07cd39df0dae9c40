import type { CohortSpec, Executor, ExecutorContext } from '../contracts/executor.js'
import type { Assistant } from '../contracts/method.js'
import type { Definition, Plugin } from '../contracts/plugin.js'
import type { ErrorCode } from '../errors/codes.js'
import { type Blamed, blame, blaming, excuse } from '../errors/blame.js'
import { describeValue, isPromise } from '../errors/describe-value.js'
import { UmbraError } from '../errors/umbra-error.js'
import { foreignRemedy, ownLayers } from './foreign-layers.js'

interface Guard {
  readonly code: ErrorCode
  /** The functions of a definition that are guarded. */
  readonly calls: readonly string[]
}

const METHOD = 'UMBRA_METHOD'
const GUARDS: Readonly<Partial<Record<Definition['kind'], Guard>>> = {
  method: { code: METHOD, calls: ['objective', 'assistants', 'student'] },
  softening: { code: METHOD, calls: ['create'] },
  enhancement: { code: METHOD, calls: ['create'] },
  weighting: { code: METHOD, calls: ['create'] },
  optimiser: { code: 'UMBRA_OPTIMISER', calls: ['create'] },
  schedule: { code: 'UMBRA_SCHEDULE', calls: ['create'] },
  metric: { code: 'UMBRA_METRIC', calls: ['compute'] },
  model: { code: 'UMBRA_MODEL', calls: ['build', 'optionsFor', 'importWeights'] },
  format: { code: 'UMBRA_WEIGHTS_FORMAT', calls: ['read'] },
  dataset: { code: 'UMBRA_DATASET', calls: ['load'] },
  sink: { code: 'UMBRA_SINK', calls: ['open'] },
  executor: { code: 'UMBRA_EXECUTOR', calls: ['create'] },
  hooks: { code: 'UMBRA_HOOK', calls: ['create'] },
}

/** Those that may return a promise. */
const ASYNC: readonly string[] = ['read', 'load', 'open']

/**
 * The same definition, whose errors leave with the names of definition, plugin and call; so do those of the objectives and parts
 * that it makes.
 */
export function guardDefinition<D extends Definition>(definition: D, plugin: Plugin): D {
  const guard = GUARDS[definition.kind]
  if (guard === undefined) return definition
  const blamed = {
    subject: `${definition.kind} "${definition.id}" (plugin "${plugin.name}")`,
    code: guard.code,
  }
  const functions = definition as unknown as Readonly<Record<string, unknown>>
  const guarded = guard.calls.flatMap((call) => {
    const action = functions[call]
    if (typeof action !== 'function') return []
    // Bound: definitions may be written with methods.
    const bound = action.bind(definition) as (...args: readonly unknown[]) => unknown
    return [
      [
        call,
        blaming(blamed, call, bound, {
          async: ASYNC.includes(call),
          then: madeBy(definition.kind, call, blamed),
          remedy: foreignRemedy,
        }),
      ] as const,
    ]
  })
  return Object.freeze({ ...definition, ...Object.fromEntries(guarded) })
}

/** Guards what a call makes where it has code of its own. */
function madeBy(kind: Definition['kind'], call: string, blamed: Blamed): (result: unknown) => unknown {
  if (call === 'objective') return (result) => guardFunctions(blamed, call, result, ['terms'])
  if (call === 'assistants')
    return (result) =>
      assistantsIn(blamed, result).map((assistant) => ({
        ...assistant,
        objective: guardFunctions(blamed, `objective of "${assistant.label}"`, assistant.objective, [
          'terms',
        ]),
      }))
  if (call === 'build')
    return (result) => checkMade(blamed, call, ownLayers(blamed, call, result), ['apply', 'getLayer'])
  if (call === 'student') return (result) => ownLayers(blamed, call, result)
  if (blamed.code === METHOD && call === 'create')
    return (result) => guardFunctions(blamed, call, result, ['apply'])
  if (kind === 'optimiser') return (result) => guardFunctions(blamed, call, result, ['update'])
  if (kind === 'schedule') return (result) => guardFunction(blamed, call, result)
  if (kind === 'executor') return (result) => guardExecutor(blamed, checkMade(blamed, call, result, ['run']))
  return kind === 'dataset' ? (result) => checkMade(blamed, call, result, []) : (result) => result
}

/** The same executor, whose own errors are its plugin's; those of the training that it calls are not. */
function guardExecutor(blamed: Blamed, made: object): Executor {
  const executor = made as Executor
  const run = async (cohorts: readonly CohortSpec[], context: ExecutorContext): Promise<void> => {
    const train = (cohort: CohortSpec): Promise<void> =>
      context.train(cohort).catch((cause: unknown) => {
        throw excuse(cause)
      })
    try {
      await executor.run(cohorts, { ...context, train })
    } catch (cause) {
      throw blame(blamed, 'run', cause)
    }
  }
  const { processes } = executor
  return Object.freeze({ run, ...(processes === undefined ? {} : { processes }) })
}

function assistantsIn({ subject, code }: Blamed, made: unknown): readonly Assistant[] {
  if (Array.isArray(made)) return made as readonly Assistant[]
  throw new UmbraError(code, {
    subject: `what assistants of ${subject} returns`,
    expected: 'an array of assistants',
    received: describeValue(made),
  })
}

/** The same object with its functions guarded. Throws the definition's code for what is no object with the `required` functions. */
function guardFunctions(
  blamed: Blamed,
  call: string,
  made: unknown,
  required: readonly string[],
): Readonly<Record<string, unknown>> {
  const object = checkMade(blamed, call, made, required)
  const entries = Object.entries(object).map(([name, value]) =>
    typeof value === 'function'
      ? ([
          name,
          blaming(blamed, name, value.bind(object) as (...args: readonly unknown[]) => unknown),
        ] as const)
      : ([name, value] as const),
  )
  return Object.freeze(Object.fromEntries(entries))
}

/** A function that a call made, guarded. Throws the definition's code for anything else. */
function guardFunction(blamed: Blamed, call: string, made: unknown): unknown {
  if (typeof made === 'function')
    return blaming(blamed, `what ${call} returned`, made as (...args: readonly unknown[]) => unknown)
  throw new UmbraError(blamed.code, {
    subject: `what ${call} of ${blamed.subject} returns`,
    expected: 'a function',
    received: describeValue(made),
  })
}

function checkMade(
  { subject, code }: Blamed,
  call: string,
  made: unknown,
  required: readonly string[],
): Readonly<Record<string, unknown>> {
  const object = made as Readonly<Record<string, unknown>> | null
  const isObject = typeof object === 'object' && object !== null && !isPromise(object)
  const missing = isObject ? required.find((name) => typeof object[name] !== 'function') : undefined
  if (isObject && missing === undefined) return object
  throw new UmbraError(code, {
    subject: `what ${call} of ${subject} returns`,
    expected: required.length === 0 ? 'an object' : `an object with the function ${required.join(' and ')}`,
    received: missing === undefined ? describeValue(made) : `one without ${missing}`,
  })
}
