import type { Mixed, OutputOf } from 'io-ts'
import type { Observable } from 'rxjs'
import type { BuiltInEvents } from '../event/catalogue.ts'
import type { EventDefinitions, PatternIn } from '../event/definition.ts'
import type { ReceivedMessage, ServerFrame } from './message.ts'

/**
 * What a client may be told of its server beyond what every one has: `connect<Shop>(url)`. Types alone, so that nothing of the server
 * is loaded: import them with `import type`.
 *
 * ```ts
 * import type { events } from './server/events.ts'
 *
 * interface Shop {
 *   events: typeof events
 *   handlers: { ADD_TO_CART: { payload: { item: string }; answer: { type: 'cart'; payload: { items: string[] } } } }
 * }
 * ```
 */
export interface HostTypes {
  /** Event types of its own: the type of what `defineEvents` gave. They come as `eventStream`, their data as its codec encodes it. */
  readonly events?: EventDefinitions
  /** By event type, what its `projection` makes of events where that is no `eventStream`: `{ type, payload }`. */
  readonly projected?: object
  /** By type, the messages of its own that it takes (`handlers`): `{ payload, answer? }`, the answer being `{ type, payload }`. */
  readonly handlers?: object
}

/** Nothing beyond what every server has. */
// oxlint-disable-next-line typescript/no-empty-object-type -- the host of which nothing is known is what is meant
export type AnyHost = {}

/** An event of a host's own type, as a client gets it. */
export type OwnEvent<Host extends HostTypes, Type extends string = OwnType<Host>> = Type extends keyof Projected<Host>
  ? MessageOf<Projected<Host>[Type]> & { readonly event: Type }
  : Type extends keyof Events<Host>
    ? ReceivedMessage<'eventStream', StreamPayload<Events<Host>[Type]>> & { readonly event: Type }
    : never

/** `client.events`: it knows what comes for a host's own types, for heads that only they have, and for their upper-case names. */
export type EventsOf<Host extends HostTypes> = [OwnPattern<Host>] extends [never]
  ? AnyEvents
  : OwnEvents<Host> & AnyEvents

type OwnEvents<Host extends HostTypes> = <Pattern extends OwnPattern<Host>>(
  pattern: Pattern,
) => Observable<OwnEvent<Host, Covered<OwnType<Host>, Pattern>>>

type AnyEvents = (pattern: string) => Observable<ServerFrame>

/** The types of messages that `client.send` takes. */
export type OwnRequest<Host extends HostTypes> = Host extends { readonly handlers: infer Handlers }
  ? keyof Handlers & string
  : string

export type RequestPayload<Host extends HostTypes, Type extends string> =
  Handler<Host, Type> extends {
    readonly payload: infer Payload extends object
  }
    ? Payload
    : object

/** What may answer. Where nothing is told of it: any message. */
export type RequestAnswer<Host extends HostTypes, Type extends string> =
  Handler<Host, Type> extends {
    readonly answer: infer Answer
  }
    ? MessageOf<Answer>
    : ReceivedMessage

type Events<Host extends HostTypes> = Host extends { readonly events: infer Definitions extends EventDefinitions }
  ? Definitions
  : AnyHost
type Projected<Host extends HostTypes> = Host extends { readonly projected: infer Messages } ? Messages : AnyHost
type OwnType<Host extends HostTypes> = (keyof Events<Host> | keyof Projected<Host>) & string
type Handler<Host extends HostTypes, Type extends string> = Host extends {
  readonly handlers: { readonly [Name in Type]: infer Told }
}
  ? Told
  : AnyHost

interface StreamPayload<Definition> {
  readonly data: Definition extends { readonly data: infer Codec extends Mixed } ? OutputOf<Codec> : unknown
  readonly source?: string
  readonly tags?: readonly string[]
}

type MessageOf<Message> = Message extends { readonly type: infer Type extends string; readonly payload: infer Payload }
  ? ReceivedMessage<Type, Payload>
  : ReceivedMessage

/** A head that built-in types have too covers more than a host's own, and so is none of these. */
type OwnPattern<Host extends HostTypes> =
  | Exclude<PatternIn<Events<Host>>, PatternIn<BuiltInEvents>>
  | OwnType<Host>
  | UpperName<OwnType<Host>>

type Covered<Types extends string, Pattern extends string> = Pattern extends Types
  ? Pattern
  : Pattern extends `${infer Head}.*`
    ? Extract<Types, `${Head}.${string}`>
    : { [Type in Types]: UpperName<Type> extends Pattern ? Type : never }[Types]

type UpperName<Type extends string> = Type extends `${infer Head}.${infer Rest}`
  ? `${Uppercase<Head>}_${UpperName<Rest>}`
  : Uppercase<Type>
