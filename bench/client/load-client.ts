// The load generator: a process of its own, on a core of its own where there are two.

import { answerCalls } from '../control/calls.ts'
import type { ClientCalls } from '../control/client-calls.ts'
import { churn } from './churn.ts'
import { type ComeBack, comeBack } from './come-back.ts'
import { LoadGroup } from './group.ts'
import { readLazily } from './lazy-reading.ts'
import { pingPong } from './ping-pong.ts'

const groups = new Map<string, LoadGroup>()
let returned: ComeBack | undefined

function groupOf(name: string): LoadGroup {
  const group = groups.get(name)
  if (group === undefined) throw new Error(`no group ${name}`)
  return group
}

const calls: ClientCalls = {
  connect: async (options) => {
    const group = new LoadGroup(options)
    groups.set(options.group, group)
    await group.open()
  },
  disconnect: async (name) => {
    await groupOf(name).close()
    groups.delete(name)
  },
  startRound: (name) => groupOf(name).startRound(),
  finishRound: ({ group, total }) => groupOf(group).finishRound(total),
  readLazily,
  churn,
  comeBack: async (options) => {
    returned = await comeBack(options)
    await returned.untilLive()
  },
  finishComeBack: () => {
    if (returned === undefined) throw new Error('nobody came back')
    return returned.finish()
  },
  pingPong: ({ group, ...options }) => pingPong(groupOf(group), options),
}

answerCalls(calls)
