import { asyncScheduler, type SchedulerLike } from 'rxjs'
import { checkOptions, objectWith } from '../../base/options.ts'
import type { Tool } from '../tool.ts'
import { calculateTool } from './calculate.ts'
import { echoTool } from './echo.ts'
import { jsonQueryTool } from './json-query.ts'
import { waitTool } from './wait.ts'

export interface BasicToolsOptions {
  /** What `wait` waits by. Default: real time. */
  readonly scheduler?: SchedulerLike
}

/**
 * Tools that touch nothing outside the run: `echo`, `wait`, `calculate`, `json_query`.
 *
 * @throws OptionError for a bad option, naming it.
 */
export function basicTools(options: BasicToolsOptions = {}): readonly Tool[] {
  checkOptions('basicTools', options, { scheduler: objectWith('now', 'schedule') })
  return [echoTool(), waitTool(options.scheduler ?? asyncScheduler), calculateTool(), jsonQueryTool()]
}
