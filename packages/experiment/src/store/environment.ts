import { execFileSync } from 'node:child_process'
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os'
import process from 'node:process'
import { CORE_VERSION, type EngineInfo, type Registry, type RunEnvironment } from '@umbra/core/trainer'

/** Machine and software of a run. */
export function environmentOf(registry: Registry, engine: EngineInfo, baseDir: string): RunEnvironment {
  const gitRevision = revisionOf(baseDir)
  return {
    umbra: CORE_VERSION,
    plugins: registry.plugins.map(({ name, version }) => ({ name, version })),
    engine: `${engine.id} (${engine.detail})`,
    node: process.version,
    platform: `${platform()} ${release()} ${arch()}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    ...(gitRevision === undefined ? {} : { gitRevision }),
  }
}

/** Commit checked out in the configuration's folder; undefined outside a git repository. */
function revisionOf(folder: string): string | undefined {
  try {
    const options = { cwd: folder, encoding: 'utf8', stdio: 'pipe', timeout: 5000 } as const
    const revision = execFileSync('git', ['rev-parse', 'HEAD'], options).trim()
    return /^[0-9a-f]{40,64}$/.test(revision) ? revision : undefined
  } catch {
    return undefined
  }
}
