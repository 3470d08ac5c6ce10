// The sub-door `praxis-rx/testing`: what users need to test their own pipelines. Named re-exports only.

export { createMemoryPair } from '../transport/memory-pair.ts'
export type { MemoryPeer } from '../transport/memory-pair.ts'
export { runMarbles } from './marbles.ts'
export type { Marbles } from './marbles.ts'
export { createScriptedTool } from './scripted-tool.ts'
export type { ScriptedCall, ScriptedTool, ScriptedToolOptions } from './scripted-tool.ts'
export { connectTestClient } from './test-client.ts'
export type { ReceivedMessage, TestClient } from './test-client.ts'
export { createTestTime } from './test-time.ts'
export type { TestTime } from './test-time.ts'
