import { UmbraError } from '@umbra/core'
import type * as vega from 'vega'
import type { compile } from 'vega-lite'
import manifest from '../../package.json' with { type: 'json' }

/** What draws plots. Not installed along: it is a third of all packages of the command, and reports are complete without plots. */
export interface Vega {
  readonly vega: typeof vega
  readonly compile: typeof compile
}

let loading: Promise<Vega> | undefined

/** Loads the packages that draw plots, on first use. Throws UMBRA_PACKAGE_MISSING. */
export function loadVega(): Promise<Vega> {
  loading ??= load().catch((cause: unknown) => {
    loading = undefined
    throw cause
  })
  return loading
}

async function load(): Promise<Vega> {
  try {
    const [drawing, language] = await Promise.all([import('vega'), import('vega-lite')])
    return { vega: drawing, compile: language.compile }
  } catch (cause) {
    throw missing(cause)
  }
}

function missing(cause: unknown): UmbraError {
  const { vega, 'vega-lite': lite } = manifest.peerDependencies
  const packages = `vega@${vega} vega-lite@${lite}`
  return new UmbraError('UMBRA_PACKAGE_MISSING', {
    subject: 'plots of reports',
    expected: 'the packages vega and vega-lite',
    received: cause instanceof Error ? cause.message.replace(/\n.*/s, '') : String(cause),
    remedy: `Run "npm install ${packages}" where Umbra is installed`,
    cause,
  })
}
