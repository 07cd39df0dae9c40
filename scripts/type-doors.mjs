import { checkPackage } from '@arethetypeswrong/core'

/**
 * Problems of TypeScript with the doors of a packed package. All packages are modules for Node 20.19 and later, where `require` loads modules
 * too; TypeScript's resolution for Node 10 and its belief that `require` cannot are left out.
 *
 * @param {import('@arethetypeswrong/core').Package} packed
 * @returns {Promise<string[]>}
 */
export async function typeDoorProblems(packed) {
  const { types, problems = [] } = await checkPackage(packed)
  if (types === false) return ['has no types']
  return problems
    .filter(({ kind, resolutionKind }) => resolutionKind !== 'node10' && kind !== 'CJSResolvesToESM')
    .map(({ kind, entrypoint, resolutionKind }) =>
      ['types:', kind, entrypoint, resolutionKind].filter((part) => part !== undefined).join(' '),
    )
}
