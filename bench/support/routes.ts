import type { WireProtocol } from '../control/client-calls.ts'
import type { ServerName } from './bench.ts'

/** What a connection wants to hear. */
export type Wish = 'progress' | 'heavy' | 'own run'

/** The path that says so to each server; `{i}` is the number of the connection. */
export function pathFor(server: ServerName, protocol: WireProtocol, wish: Wish): string {
  if (server === 'praxis' || server === 'praxis unpaced') return `/ws/events?${praxisQueries[wish]}`
  const base = protocol === 'socket.io' ? '/socket.io/?EIO=4&transport=websocket' : '/?'
  return `${base}${otherQueries[wish]}`
}

const praxisQueries: Readonly<Record<Wish, string>> = {
  progress: 'types=workflow.progress',
  heavy: 'types=log.entry',
  'own run': 'types=workflow.progress&execution_id=run-{i}',
}

const otherQueries: Readonly<Record<Wish, string>> = {
  progress: '&type=light',
  heavy: '&type=heavy',
  'own run': '&run=run-{i}',
}
