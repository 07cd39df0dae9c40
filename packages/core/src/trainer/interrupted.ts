import { UmbraError } from '../errors/umbra-error.js'

/** The UMBRA_INTERRUPTED of a run that was told to stop and has saved. */
export const interrupted = (): UmbraError =>
  new UmbraError('UMBRA_INTERRUPTED', {
    subject: 'the run was interrupted',
    remedy: 'Everything so far is saved; run the same command with --resume to go on',
  })

/** For `catch`: an aborted evaluation is an interruption, any other error is rethrown. */
export const orInterrupted =
  (signal: AbortSignal) =>
  (cause: unknown): never => {
    throw signal.aborted ? interrupted() : (cause as Error)
  }
