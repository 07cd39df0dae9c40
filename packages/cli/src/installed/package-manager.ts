import { AGENTS, type Agent, type Command, detect, resolveCommand } from 'package-manager-detector'

/** Commands to type for the package manager of a project. */
export interface PackageManager {
  /** `npm i a b@1.0.0` */
  readonly add: (packages: readonly string[]) => string
  /** `npm i`: what `package.json` lists. */
  readonly install: () => string
  /** `npm dedupe`; undefined where there is no such command. */
  readonly dedupe: () => string | undefined
  /** `npx umbra`: the command that is installed in the project. */
  readonly execute: (command: string) => string
}

/** The package manager whose lockfile lies in a folder or above it, else the one that started this process, else npm. */
export async function packageManagerOf(
  folder: string,
  userAgent: string | undefined,
): Promise<PackageManager> {
  const found = await detect({ cwd: folder })
  const agent = found?.agent ?? startedBy(userAgent) ?? 'npm'
  const lineOf = (command: Command, args: readonly string[] = []): string | undefined => {
    const resolved = resolveCommand(agent, command, [...args])
    return resolved === null ? undefined : [resolved.command, ...resolved.args].join(' ')
  }
  return {
    // Each of them has these three.
    add: (packages) => lineOf('add', packages) ?? '',
    install: () => lineOf('install') ?? '',
    execute: (command) => lineOf('execute-local', [command]) ?? '',
    dedupe: () => lineOf('dedupe'),
  }
}

/** `pnpm/10.0.0 npm/? node/v22.0.0` names the first of them. */
function startedBy(userAgent: string | undefined): Agent | undefined {
  const name = userAgent?.split('/')[0]
  return AGENTS.find((agent) => agent === name)
}
