import { Observable, type SchedulerLike, Subject, Subscription } from 'rxjs'
import { describeValue } from '../base/codec-details.ts'
import { isRecord } from '../base/is-record.ts'
import { guardLogger, silentLogger, type Logger } from '../base/logger.ts'
import { anObject, checkOptions, objectWith, OptionError } from '../base/options.ts'
import { monotonicScheduler } from '../base/time.ts'
import { builtInEvents, type CatalogueOf, type NoCustomEvents } from '../event/catalogue.ts'
import {
  defineEvents,
  type EventDefinition,
  type EventDefinitions,
  type EventIn,
  type EventInputIn,
  type PatternIn,
  type TypeIn,
  type TypesMatching,
} from '../event/definition.ts'
import { encodeEvent } from '../event/encode-event.ts'
import { isStored, type Position } from '../event/event.ts'
import { EventError } from '../event/event-error.ts'
import type { EventRecord } from '../event/event-record.ts'
import { expandTypes } from '../event/type-name.ts'
import { createDelivery } from './delivery.ts'
import type { EventLog } from './event-log.ts'
import { createHandlerTable } from './handler-table.ts'
import { createHistory, createNotingHistory, type History } from './history.ts'
import { createMemoryLog, type HistoryOptions } from './memory-log.ts'

export interface EventBusOptions<Custom extends EventDefinitions = NoCustomEvents> {
  /** A user's own event types, from `defineEvents`. */
  readonly events?: Custom
  /** The bounds of the history in memory. Not together with `log`, which has its own. */
  readonly history?: HistoryOptions
  /** Where stored events live; in memory by default. */
  readonly log?: EventLog
  readonly scheduler?: SchedulerLike
  readonly logger?: Logger
}

export interface EventBusStats {
  /** `publish` calls that a log or the delivery took; also those that gave an id again and were answered from the history. */
  readonly events_published: number
  /** Events that have reached everyone. */
  readonly events_processed: number
  readonly handler_errors: number
  readonly active_handlers: number
  readonly running: boolean
  readonly epoch: string
  readonly seq: number
  readonly history_events: number
  /** Encoded data bytes in the history. */
  readonly history_bytes: number
}

/** Many publishers, many handlers, one order (SEMANTICS "The bus"). */
export interface EventBus<Custom extends EventDefinitions = NoCustomEvents> {
  /**
   * Gives the event its position, stores it and hands it to everyone interested. With the log in memory all of that has happened
   * when the call returns. The promise settles once the event is stored; nobody has to look at it.
   *
   * @throws EventError at the call for an unknown type, data that does not decode or is too large, and a causal chain of over 100.
   * The promise rejects when the log could not store the event, or the bus is closed; to try again without a double, give an `id`.
   */
  publish<const Input extends EventInputIn<CatalogueOf<Custom>>>(
    input: Input,
  ): Promise<EventIn<CatalogueOf<Custom>, Input['type']>>
  /**
   * Calls `handler` for every event that `pattern` covers, until the returned subscription is unsubscribed. A handler that throws
   * or rejects is counted and logged, and harms nobody else (P9).
   */
  on<Pattern extends PatternIn<CatalogueOf<Custom>>>(
    pattern: Pattern | readonly Pattern[],
    handler: (event: EventIn<CatalogueOf<Custom>, TypesMatching<CatalogueOf<Custom>, Pattern>>) => unknown,
  ): Subscription
  /** The events that `pattern` covers. Hot; completes when the bus closes; an error thrown downstream is the subscriber's own. */
  ofType<Pattern extends PatternIn<CatalogueOf<Custom>>>(
    pattern: Pattern,
  ): Observable<EventIn<CatalogueOf<Custom>, TypesMatching<CatalogueOf<Custom>, Pattern>>>
  /** Every event. Hot; completes when the bus closes. */
  readonly events$: Observable<EventIn<CatalogueOf<Custom>>>
  /** The types this bus knows. */
  readonly types: readonly TypeIn<CatalogueOf<Custom>>[]
  /** What is known of a type; undefined for one this bus does not know. */
  definitionOf(type: string): EventDefinition | undefined
  /** Where the stream stands: the newest stored event. */
  head(): Position
  /** The stored events that can be told again, for those who come back. */
  readonly history: History
  /** Whether `on` or `ofType` listens for `type` (`events$` does not count): spares making events nobody asked for. */
  isObserved(type: TypeIn<CatalogueOf<Custom>>): boolean
  stats(): EventBusStats
  /** Completes `events$` and every `ofType`, forgets the handlers. A later `publish` rejects. */
  close(): void
}

/**
 * Makes the bus that everything meets on.
 *
 * @throws OptionError for a bad option, naming it.
 */
export function createEventBus<const Custom extends EventDefinitions = NoCustomEvents>(
  options: EventBusOptions<Custom> = {},
): EventBus<Custom> {
  checkOptions('createEventBus', options, {
    events: anObject,
    history: anObject,
    log: objectWith('head', 'append', 'follow', 'read', 'stats'),
    scheduler: objectWith('now', 'schedule'),
    logger: objectWith('debug', 'info', 'warn', 'error'),
  })
  if (options.log !== undefined && options.history !== undefined) {
    throw new OptionError(
      'createEventBus',
      'history',
      'left out where "log" is given: it has bounds of its own',
      options.history,
    )
  }
  const logger = guardLogger(options.logger ?? silentLogger)
  const log = options.log ?? createMemoryLog(options.history, options.scheduler ?? monotonicScheduler)
  const recent = options.log === undefined ? undefined : createNotingHistory(options.log)
  const definitions = catalogue(options.events)
  const types = [...definitions.keys()]

  const firehose$ = new Subject<EventRecord>()
  const closed$ = new Subject<never>()
  let published = 0
  let processed = 0
  let handlerErrors = 0
  let isRunning = true

  const handlers = createHandlerTable((error, event) => {
    handlerErrors += 1
    logger.error({ err: error, eventId: event.id, eventType: event.type }, 'an event handler failed')
  })

  const delivery = createDelivery((record) => {
    if (recent !== undefined && isStored(record)) recent.note(record)
    handlers.begin()
    firehose$.next(record)
    handlers.call(record)
    record.forgetData()
    processed += 1
  })

  const stopFollowing = log.follow(delivery.enqueue)

  const notStored = (record: EventRecord, error: unknown): void => {
    handlerErrors += 1
    logger.error({ err: error, eventId: record.id, eventType: record.type }, 'an event could not be stored')
  }

  const store = (record: EventRecord): Promise<unknown> => {
    try {
      const stored = log.append(record)
      published += 1
      // A log in memory has stored and delivered: nothing is left that could fail, and nothing to be observed.
      return stored instanceof Promise ? observed(stored, (error) => notStored(record, error)) : Promise.resolve(stored)
    } catch (error) {
      return observed(Promise.reject(asError(error)), () => notStored(record, error))
    }
  }

  const publish = (input: EventInputIn<CatalogueOf<Custom>>): Promise<unknown> => {
    if (!isRecord(input)) {
      throw new EventError('INVALID_EVENT_DATA', `publish: an event is an object, got ${describeValue(input)}`)
    }
    const definition = definitions.get(input.type)
    if (definition === undefined) {
      throw new EventError('UNKNOWN_EVENT_TYPE', `publish: no event type is called "${input.type}"`)
    }
    delivery.checkDepth(input.type)
    const record = encodeEvent(input, definition)
    if (!isRunning) return observed(Promise.reject(new EventError('BUS_CLOSED', 'publish: the bus is closed')))
    if (definition.stored === false) {
      published += 1
      delivery.enqueue(record)
      return Promise.resolve(record)
    }
    return store(record)
  }

  const expand = (pattern: string | readonly string[]): ReadonlySet<string> => {
    const { types: covered, unknown } = expandTypes(typeof pattern === 'string' ? [pattern] : pattern, types)
    if (unknown.length === 0) return covered
    throw new EventError(
      'UNKNOWN_EVENT_TYPE',
      `no event type matches ${unknown.map((entry) => `"${entry}"`).join(', ')}`,
    )
  }

  const on = (pattern: string | readonly string[], handler: (event: EventRecord) => unknown): Subscription =>
    isRunning ? new Subscription(handlers.add(expand(pattern), handler)) : Subscription.EMPTY

  const ofType = (pattern: string): Observable<EventRecord> => {
    const covered = expand(pattern)
    return new Observable((subscriber) => {
      if (!isRunning) return subscriber.complete()
      subscriber.add(handlers.add(covered, (event) => subscriber.next(event)))
      subscriber.add(closed$.subscribe({ complete: () => subscriber.complete() }))
      return undefined
    })
  }

  const bus = {
    publish,
    on,
    ofType,
    events$: firehose$.asObservable(),
    types,
    definitionOf: (type: string) => definitions.get(type),
    head: () => log.head(),
    history: recent ?? createHistory(log),
    isObserved: (type: string) => handlers.has(type),
    stats: (): EventBusStats => {
      const { events, bytes } = log.stats()
      return {
        events_published: published,
        events_processed: processed,
        handler_errors: handlerErrors,
        active_handlers: handlers.size(),
        running: isRunning,
        ...log.head(),
        history_events: events,
        history_bytes: bytes,
      }
    },
    close: () => {
      if (!isRunning) return
      isRunning = false
      stopFollowing()
      firehose$.complete()
      closed$.complete()
      handlers.clear()
    },
  }
  // The records are what the catalogue's types promise, because `encodeEvent` decoded them; the compiler cannot know.
  return bus as unknown as EventBus<Custom>
}

function catalogue(custom: EventDefinitions | undefined): ReadonlyMap<string, EventDefinition> {
  const definitions = new Map<string, EventDefinition>(Object.entries(builtInEvents))
  for (const [type, definition] of Object.entries(custom ?? {})) {
    if (definitions.has(type)) {
      throw new OptionError('createEventBus', `events["${type}"]`, 'a type that is not built in', type)
    }
    definitions.set(type, definition)
  }
  // Clients subscribe by upper-case names too, which must not be shared with a built-in type either.
  defineEvents(Object.fromEntries(definitions))
  return definitions
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('the log failed', { cause: error })
}

/** Marks a rejection as seen, so that a publisher who leaves the promise alone gets no unhandled rejection. */
function observed(promise: Promise<unknown>, onRejected: (error: unknown) => void = () => undefined): Promise<unknown> {
  promise.catch(onRejected)
  return promise
}
