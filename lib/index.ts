// The front door: what a host imports. Named re-exports only.

export { CodedError } from './base/coded-error.ts'
export type { ErrorDetail } from './base/codec-details.ts'
export type { Logger, LogMethod } from './base/logger.ts'
export { OptionError } from './base/options.ts'
export { createEventBus } from './bus/event-bus.ts'
export type { EventBus, EventBusOptions, EventBusStats } from './bus/event-bus.ts'
export type { EventLog, LogStats } from './bus/event-log.ts'
export { createMemoryLog } from './bus/memory-log.ts'
export type { History, HistoryPage } from './bus/history.ts'
export type { HistoryOptions } from './bus/memory-log.ts'
export type { Order, OrderType, WorkQueue } from './bus/work-queue.ts'
export type { Planner, PlannerReply, PlanRequest, ToolSummary } from './chat/planner.ts'
export { createRulePlanner } from './chat/rule-planner.ts'
export type { Authorize, Scope } from './connection/entitlement.ts'
export type { Principal } from './connection/principal.ts'
export { parseDsl } from './dsl/parse.ts'
export { printCall } from './dsl/print-call.ts'
export { printScript } from './dsl/print-script.ts'
export type {
  AgentStep,
  CallArgument,
  CallStep,
  Condition,
  IfStep,
  ParallelStep,
  Script,
  SequenceStep,
  Step,
} from './dsl/ast.ts'
export type { DslSyntaxError } from './dsl/syntax-error.ts'
export { builtInEvents, defaultSubscription } from './event/catalogue.ts'
export type { BuiltInEvents, CatalogueOf, NodeStatus, NoCustomEvents, Origin } from './event/catalogue.ts'
export { defineEvents } from './event/definition.ts'
export type { EventDefinition, EventDefinitions, EventIn, EventInputIn, PatternIn } from './event/definition.ts'
export { EventError } from './event/event-error.ts'
export type { EventRecord, StoredRecord } from './event/event-record.ts'
export type { BusEvent, Position, StoredEvent } from './event/event.ts'
export { fromEventFilter } from './event/filter.ts'
export type { EventFilter } from './event/filter.ts'
export type { Since } from './event/since.ts'
export type { Graph, GraphEdge, GraphNode } from './event/graph.ts'
export type { ConnectionInfo } from './gateway/connection-info.ts'
export { createGateway } from './gateway/gateway.ts'
export type { AcceptedPeer, Gateway } from './gateway/gateway.ts'
export { defineMessage } from './gateway/message-handler.ts'
export type { MessageContext, MessageHandler } from './gateway/message-handler.ts'
export type { FlushOptions } from './gateway/flush-options.ts'
export type { Authentication, GatewayOptions, RateLimits } from './gateway/options.ts'
export type { ConnectionQueueOptions, Overflow, QueueOptions, QueueOwner } from './gateway/queue-options.ts'
export type { GatewayStats, WebSocketStats } from './gateway/stats.ts'
export { auditByCost } from './operators/audit-by-cost.ts'
export type { AuditByCostOptions } from './operators/audit-by-cost.ts'
export { concatMapByKey } from './operators/concat-map-by-key.ts'
export { onBackpressureBuffer } from './operators/on-backpressure-buffer.ts'
export type { BackpressureBufferOptions } from './operators/on-backpressure-buffer.ts'
export { OverflowError } from './operators/overflow-queue.ts'
export type { Loss, OverflowPolicy } from './operators/overflow-queue.ts'
export { clientPayloads } from './protocol/client-payloads.ts'
export type { ClientPayloads } from './protocol/client-payloads.ts'
export { closeCodes, dslErrorCodes, errorCodes, refusalCodes } from './protocol/codes.ts'
export type { DslErrorCode, ErrorCode, RefusalCode } from './protocol/codes.ts'
export { defaultProjection, eventStream, literalProjection } from './protocol/projection.ts'
export type { Projection } from './protocol/projection.ts'
export { serverMessage, serverPayloads } from './protocol/server-payloads.ts'
export type { RunEntry, ServerMessage, ServerMessageType, ServerPayloads } from './protocol/server-payloads.ts'
export { basicTools } from './tools/basic/basic-tools.ts'
export type { BasicToolsOptions } from './tools/basic/basic-tools.ts'
export { defineTool } from './tools/define-tool.ts'
export { fileTools } from './tools/files/file-tools.ts'
export type { FileToolsOptions } from './tools/files/file-tools.ts'
export { httpTools } from './tools/http/http-tools.ts'
export type { HttpToolsOptions } from './tools/http/http-tools.ts'
export type { JsonSchema } from './tools/json-schema.ts'
export { createToolRegistry } from './tools/registry.ts'
export type { PreparedCall, ToolProblem, ToolRegistry } from './tools/registry.ts'
export { sensitive, withoutSensitive } from './tools/sensitive.ts'
export { toolSchema } from './tools/tool-schema.ts'
export { ToolError } from './tools/tool.ts'
export type { LogLevel, Tool, ToolContext, ToolDefinition } from './tools/tool.ts'
export type { Frame } from './transport/frame.ts'
export type { Incoming, Transport } from './transport/transport.ts'
export { createWorkflowEngine } from './workflow/engine.ts'
export type { WorkflowEngine, WorkflowEngineOptions } from './workflow/engine.ts'
export type {
  Executor,
  ExecutorStats,
  InputProblem,
  InputRequest,
  KnownRun,
  RunRequest,
  RunSelector,
} from './workflow/executor.ts'
export { foldRun } from './workflow/fold-run.ts'
export type { FoldedEvent, NodeView, RunView } from './workflow/fold-run.ts'
