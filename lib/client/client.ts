import type { Observable } from 'rxjs'
import type { Position } from '../event/event.ts'
import type { GraphEdge, GraphNode } from '../event/graph.ts'
import type { WireFilter } from '../protocol/client-payloads.ts'
import type { RunStatusName } from '../protocol/message-types.ts'
import type { RunEntry, ServerPayloads } from '../protocol/server-payloads.ts'
import type { CancelTarget } from './cancelling.ts'
import type { ClientState } from './client-state.ts'
import type { AnyHost, EventsOf, HostTypes, OwnRequest, RequestAnswer, RequestPayload } from './host-types.ts'
import type { ServerFrame } from './message.ts'
import type { Run } from './run.ts'
import type { SendOptions } from './sending.ts'

/** A graph to run (PROTOCOL section 4). Ids that are left out are the server's to choose. */
export interface WorkflowGraph {
  readonly nodes: readonly GraphNode[]
  readonly edges?: readonly (
    | GraphEdge
    | { readonly from: string; readonly to: string; readonly when?: GraphEdge['when'] }
  )[]
  readonly workflowId?: string
  readonly executionId?: string
}

export interface SubscribeOptions {
  /** `add` (default) to what is subscribed to, or `replace` it. */
  readonly mode?: 'add' | 'replace'
  /** Null clears it; left out it stays. */
  readonly filter?: WireFilter | null
}

/** A person's answer to a node that waits for one. */
export interface ProvidedInput {
  readonly executionId: string
  readonly nodeId: string
  /** Any JSON that fits the node's `form`, at most 64 KiB of it. It becomes the node's result. */
  readonly value: unknown
}

/** Which runs to list; all, newest first, where nothing is said. */
export interface RunQuery {
  readonly status?: RunStatusName
  /** 50 where it is left out, 100 at most. */
  readonly limit?: number
  /** What the page before said as `next`. */
  readonly before?: string
}

/**
 * A client of one server, which comes back by itself when the link is lost. Everything it returns is hot: asked for once, at the call,
 * also where nobody subscribes, and what came last is told to those who come later. Errors are `ClientError`s and reach subscribers
 * only. What is asked while there is no link waits for one. `Host` says what the server has beyond what every one has: its events and
 * messages.
 */
export interface Client<Host extends HostTypes = AnyHost> {
  /** The UUID under which the server knows its commands; give it to the next `connect` to survive a reload. */
  readonly id: string
  /** The state now and every change; completes after `closed`. */
  readonly state$: Observable<ClientState>
  /** Everything that comes, the welcome and answers included, except events that have passed before. Completes with the client. */
  readonly messages$: Observable<ServerFrame>
  /** The last event that was seen; give it to the next `connect` as `since`. Undefined before the first welcome. */
  readonly position: Position | undefined
  /** Events that are subscribed to, by type (`task.progress`), upper-case name (`TASK_PROGRESS`) or pattern (`workflow.*`, `*`). */
  readonly events: EventsOf<Host>
  /** Runs a graph. Errors where the run fails, as `dsl` and `chat` do not: code `run_failed`, `run_cancelled`, `run_timed_out`, `executor_lost`, `run_lost`. */
  readonly execute: (graph: WorkflowGraph) => Run
  /**
   * Runs a DSL command. Unlike `execute` it **completes also where the command failed or was cancelled**: look at `status` and `error`
   * of the last state. It errors only where the command was refused, or nobody knows it any more.
   */
  readonly dsl: (command: string) => Run
  /**
   * Says something to the agent. Completes with the message that states the outcome, good or bad, and so **also where what was asked
   * for failed**: look at `status` and `messages`.
   */
  readonly chat: (content: string) => Run
  /**
   * A run that was begun elsewhere, or before the page was loaded anew: as it stands, and how it goes on. Ends as `execute` does,
   * whatever it was begun as: with an error where it failed. One the server does not know errors with `run_unknown`.
   */
  readonly run: (executionId: string) => Run
  /**
   * Answers a node that waits for a person. Emits `accepted` once the answer was taken, and completes. Errors with `INVALID_PAYLOAD`
   * where it does not fit the form (`details` say why, and the node goes on waiting), `NOT_WAITING`, `FORBIDDEN`.
   */
  readonly provideInput: (input: ProvidedInput) => Observable<ServerPayloads['accepted']>
  /**
   * Sends a message of the host's own (the gateway's `handlers`). Emits what answers it, and completes with the last answer: the first
   * unless `answers` says otherwise. It goes out once: a link that is lost meanwhile is the error `link_lost`.
   */
  send<Type extends OwnRequest<Host>>(
    type: Type,
    payload: RequestPayload<Host, Type>,
    options?: SendOptions<RequestAnswer<Host, Type>>,
  ): Observable<RequestAnswer<Host, Type>>
  /** Emits what is subscribed to afterwards, and completes. It is restored after each reconnect. */
  readonly subscribe: (types: readonly string[], options?: SubscribeOptions) => Observable<ServerPayloads['subscribed']>
  readonly unsubscribe: (types: readonly string[]) => Observable<ServerPayloads['subscribed']>
  /** How runs stand, 1 to 50 of them; a run nobody knows has the status `unknown`. */
  readonly runStatus: (executionIds: readonly string[]) => Observable<readonly RunEntry[]>
  readonly listRuns: (query?: RunQuery) => Observable<ServerPayloads['runList']>
  /**
   * Has the server cancel a run, or all live ones of a workflow. Emits what it tells of runs that are over (an empty list where live
   * ones were told to end), and completes.
   */
  readonly cancel: (target: string | CancelTarget, reason?: string) => Observable<readonly RunEntry[]>
  /** Emits the echo, with the server's `timestamp`. */
  readonly ping: (payload?: Readonly<Record<string, unknown>>) => Observable<ServerPayloads['PONG']>
  /** Closes for good: the state is `closed`, what waits errors with the code `closed`, everything else completes. */
  readonly close: () => void
}
