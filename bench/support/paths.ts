import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout. */
export const root = fileURLToPath(new URL('../..', import.meta.url))
export const cacheFolder = join(root, 'node_modules/.cache/praxis-bench')
/** The servers and the load generator, compiled. */
export const buildFolder = join(cacheFolder, 'build')
export const resultsFolder = join(root, 'bench/results')
export const profilesFolder = join(root, 'bench/profiles')
