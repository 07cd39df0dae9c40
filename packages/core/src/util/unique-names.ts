/** Names, with a number behind those that stood before: `resnet20`, `resnet20-2`. */
export function uniqueNames(names: readonly string[]): string[] {
  const used = new Set<string>()
  return names.map((name) => {
    let label = name
    for (let i = 2; used.has(label); i++) label = `${name}-${i}`
    used.add(label)
    return label
  })
}
