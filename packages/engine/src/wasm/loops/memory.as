// Access to the memory of the wasm backend. AssemblyScript; compiled by `pnpm run loops` to
// loops-binary.ts. Tensors are byte offsets, row-major, channels last.

// @ts-ignore: decorator
@inline
export function at(base: usize, index: i32): usize {
  return base + ((<usize>index) << 2)
}

// @ts-ignore: decorator
@inline
export function addScaled(target: usize, value: v128, weight: v128): void {
  v128.store(target, f32x4.add(v128.load(target), f32x4.mul(value, weight)))
}
