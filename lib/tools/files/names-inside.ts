import { isAbsolute, relative, sep } from 'node:path'

/**
 * The names from `root` to `real`, both of them real paths; `undefined` where `real` is outside. Compared name by name: to
 * compare prefixes would take `/root-of-somebody-else` for a part of `/root`.
 */
export function namesInside(root: string, real: string): readonly string[] | undefined {
  const path = relative(root, real)
  if (path === '') return []
  return path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path) ? undefined : path.split(sep)
}
