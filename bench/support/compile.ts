import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { buildFolder, root } from './paths.ts'

/**
 * Compiles the library and the child processes of the bench. They are measured as users run them: `tsx` wraps every function in a
 * call that keeps its name, at run time, each time one is made.
 *
 * @returns what the compiler said against the sources; it writes its output all the same.
 */
export async function compile(): Promise<string> {
  await mkdir(buildFolder, { recursive: true })
  // The folder is below `node_modules`, where the type of the checkout does not reach.
  await writeFile(join(buildFolder, 'package.json'), '{ "type": "module" }\n')
  const tsc = join(root, 'node_modules/.bin/tsc')
  try {
    await promisify(execFile)(tsc, ['-p', 'bench/tsconfig.build.json'], { cwd: root })
    return ''
  } catch (error) {
    const said = error instanceof Error && 'stdout' in error ? String(error.stdout) : ''
    if (said === '') throw error
    return said
  }
}
