/** Names of the checks, in the order in which they are made. */
export type CheckName =
  | 'options'
  | 'terms'
  | 'finite'
  | 'degenerate'
  | 'precision'
  | 'purity'
  | 'gradients'
  | 'reach'
  | 'identity'
  | 'pull'
  | 'shift'
  | 'temperature'
  | 'weights'
  | 'wrong-classes'
  | 'negatives'
  | 'batch-order'
  | 'batch-split'
  | 'batch-size'
  | 'teachers'
  | 'teacher-untouched'
  | 'variables'
  | 'state'
  | 'leaks'
  | 'resume'
  | 'traced'
  | 'mass'
  // optimisers
  | 'update'
  | 'follows'
  | 'descends'
  // schedules of the learning rate
  | 'rates'
  // metrics
  | 'better'
  // data sets
  | 'sound'
  | 'repeatable'
  | 'unchanged'
  | 'apart'
  // models
  | 'seeded'
  | 'logits'
  | 'single'
  | 'taps'
  | 'inference'
  // formats
  | 'known'
  | 'missing'
  | 'truncated'
  | 'garbage'
  // sinks
  | 'events'
  | 'figures'
  | 'order'
  | 'resumed'
  // executors
  | 'once'
  | 'failure'
  | 'cancel'

/** What one check found. */
export interface Verdict {
  /** `method "kd"` */
  readonly subject: string
  readonly check: CheckName
  readonly status: 'passed' | 'failed' | 'not applicable'
  /** What holds; or what was expected, what was found and the likely mistake; or why there was nothing to check. */
  readonly sentence: string
}

/** What a check returns; its name and subject are added by who calls it. */
export type Finding = Pick<Verdict, 'status' | 'sentence'>

export const passed = (sentence: string): Finding => ({ status: 'passed', sentence })
export const failed = (sentence: string): Finding => ({ status: 'failed', sentence })
export const notApplicable = (sentence: string): Finding => ({ status: 'not applicable', sentence })

/** The first failure, or that all is well. */
export const firstFailure = (failures: readonly string[], holds: string): Finding =>
  failures[0] === undefined ? passed(holds) : failed(failures[0])

/** Makes a verdict of a check; what it throws is a failure too. */
export function judge(subject: string, check: CheckName, action: () => Finding): Verdict {
  try {
    return { subject, check, ...action() }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { subject, check, ...failed(`It threw while it was being checked: ${reason}`) }
  }
}

/** The same for a check that takes its time; one that never ends has failed. */
export async function judgeLater(
  subject: string,
  check: CheckName,
  action: () => Promise<Finding>,
  seconds = 20,
): Promise<Verdict> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Finding>((resolve) => {
    timer = setTimeout(() => resolve(failed(`It did not end within ${seconds} seconds.`)), seconds * 1000)
  })
  try {
    return { subject, check, ...(await Promise.race([action(), late])) }
  } catch (error) {
    return judge(subject, check, () => {
      throw error
    })
  } finally {
    clearTimeout(timer)
  }
}
