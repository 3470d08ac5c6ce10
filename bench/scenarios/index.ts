import { s1 } from './s1-fan-out.ts'
import { s2 } from './s2-fan-out-in-tens.ts'
import { s3 } from './s3-steady.ts'
import { s4 } from './s4-own-runs.ts'
import { s5 } from './s5-coming-and-going.ts'
import { s6 } from './s6-idle-memory.ts'
import { s7 } from './s7-ping.ts'
import { s8 } from './s8-resume.ts'
import { s9 } from './s9-stalled-peers.ts'
import { s10 } from './s10-publish.ts'
import { w1 } from './w1-one-run.ts'
import { w2 } from './w2-many-runs.ts'
import { w3 } from './w3-run-memory.ts'
import type { Scenario } from './scenario.ts'

/** In the order in which they run. A new one is a file beside this one, a line here, and its targets in `support/targets.ts`. */
export const scenarios: readonly Scenario[] = [s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, w1, w2, w3]
