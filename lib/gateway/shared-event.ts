import { isRecord } from '../base/is-record.ts'
import type { Outgoing } from '../connection/outgoing.ts'
import type { EventDefinition } from '../event/definition.ts'
import { type BusEvent, isStored } from '../event/event.ts'
import { conflationKeyOf, isTerminal } from '../event/giving-way.ts'
import { encodeEventFrame } from '../protocol/encode.ts'
import { eventStream } from '../protocol/projection.ts'
import type { ServerMessage } from '../protocol/server-payloads.ts'
import { createFrame, type Frame } from '../transport/frame.ts'

export interface SharedEventOptions {
  readonly project: (event: BusEvent) => ServerMessage | null
  readonly definitionOf: (type: string) => EventDefinition | undefined
  /** A projection that throws: counted and logged, and the event goes out as it is (PROTOCOL section 5). */
  readonly onProjectionError: (error: unknown, event: BusEvent) => void
}

/**
 * An event on its way to connections. It is projected and encoded when the first of them needs the frame, and never again: the
 * bytes are the same for all. An event nobody hears is not encoded at all (PERFORMANCE point 1).
 */
export class SharedEvent implements Outgoing {
  readonly event: BusEvent
  readonly seq: number | undefined
  readonly label: string
  readonly #options: SharedEventOptions
  #frame: Frame | undefined
  #isMade = false
  #conflationKey: { readonly key: string | undefined } | undefined

  constructor(event: BusEvent, options: SharedEventOptions) {
    this.event = event
    this.seq = isStored(event) ? event.seq : undefined
    this.label = event.type
    this.#options = options
  }

  get frame(): Frame | undefined {
    if (!this.#isMade) {
      this.#isMade = true
      this.#frame = this.#make()
    }
    return this.#frame
  }

  get isProtected(): boolean {
    return isTerminal(this.#options.definitionOf(this.label))
  }

  get conflationKey(): string | undefined {
    this.#conflationKey ??= { key: conflationKeyOf(this.event, this.#options.definitionOf(this.label)) }
    return this.#conflationKey.key
  }

  #make(): Frame | undefined {
    try {
      return frameOf(this.event, checked(this.#options.project(this.event)))
    } catch (error) {
      // Or it made something that JSON cannot hold: that is the projection's fault too, and no connection's end.
      this.#options.onProjectionError(error, this.event)
      return frameOf(this.event, eventStream(this.event))
    }
  }
}

/** @throws TypeError for what a projection without types may make. */
function checked(message: ServerMessage | null): ServerMessage | null {
  if (message === null || (typeof message?.type === 'string' && isRecord(message.payload))) return message
  throw new TypeError('a projection makes a message { type, payload }, or null for none')
}

function frameOf(event: BusEvent, message: ServerMessage | null): Frame | undefined {
  return message === null ? undefined : createFrame(encodeEventFrame(event, message))
}
