import type { CallArgument, CallStep, Script, Step } from '../dsl/ast.ts'
import { callsIn } from '../dsl/calls.ts'
import { parseDsl } from '../dsl/parse.ts'
import { printScript } from '../dsl/print-script.ts'
import type { Graph, GraphNode } from '../event/graph.ts'
import { isRecord } from '../base/is-record.ts'
import { argumentsWithoutSensitive } from '../tools/arguments.ts'
import type { ToolRegistry } from '../tools/registry.ts'
import { HIDDEN, isHidden, isSensitive, marksAnything, withoutSensitive } from '../tools/sensitive.ts'
import type { Tool } from '../tools/tool.ts'

// What an order says, without what the params of its tools mark as sensitive (THREATS T21): orders are events, and events are shown,
// kept and given again.

/** An order's words without its secrets. Each gives back what it got where the tools mark nothing of it. */
export interface Concealing {
  /** Whether any tool marks a param; where none does, nothing is looked at. */
  readonly isNeeded: boolean
  readonly graph: (graph: Graph) => Graph
  /**
   * A text that is no script, and names such a tool, is hidden as a whole: nobody can tell what in it is a secret. Of a script that
   * calls one with a secret the text is printed anew, in which comments are lost.
   */
  readonly command: (command: string) => string
  /** Whether that is what {@link graph} makes of another: a tool must not be given what stands for a secret. */
  readonly isConcealedGraph: (graph: Graph) => boolean
  readonly isConcealedCommand: (command: string) => boolean
}

export function createConcealing(tools: ToolRegistry): Concealing {
  const marked = tools.list().filter(({ params }) => marksAnything(params))
  if (marked.length === 0) return concealsNothing
  return {
    isNeeded: true,
    graph: (graph) => concealGraph(graph, tools),
    command: (command) => concealCommand(command, marked),
    isConcealedGraph: ({ nodes }) => nodes.some((node) => isConcealedNode(node, tools)),
    isConcealedCommand: (command) => command.includes(HIDDEN) && isConcealedText(command, marked),
  }
}

const concealsNothing: Concealing = {
  isNeeded: false,
  graph: (graph) => graph,
  command: (command) => command,
  isConcealedGraph: () => false,
  isConcealedCommand: () => false,
}

function isConcealedNode(node: GraphNode, tools: ToolRegistry): boolean {
  if (node.type !== 'tool_call' || node.params === undefined) return false
  const codec = tools.get(node.tool)?.params
  if (codec === undefined) return false
  return isSensitive(codec) ? Object.hasOwn(node.params, HIDDEN) : isHidden(codec, node.params)
}

function isConcealedText(command: string, marked: readonly Tool[]): boolean {
  const script = parseDsl(command)
  if (script._tag === 'Left') return command === HIDDEN
  return callsIn(script.right.steps).some(
    (call) => meantBy(call, marked).length > 0 && call.args.some(({ value }) => value === HIDDEN),
  )
}

function concealGraph(graph: Graph, tools: ToolRegistry): Graph {
  const nodes = graph.nodes.map((node) => concealNode(node, tools))
  return nodes.every((node, index) => node === graph.nodes[index]) ? graph : { ...graph, nodes }
}

function concealNode(node: GraphNode, tools: ToolRegistry): GraphNode {
  if (node.type !== 'tool_call' || node.params === undefined) return node
  const tool = tools.get(node.tool)
  if (tool === undefined) return node
  const params = withoutSensitive(tool.params, node.params)
  if (params === node.params) return node
  // Params that are sensitive as a whole: the field stays what its type says.
  return { ...node, params: isRecord(params) ? params : { [HIDDEN]: HIDDEN } }
}

function concealCommand(command: string, marked: readonly Tool[]): string {
  const script = parseDsl(command)
  if (script._tag === 'Left') return namesAny(command, marked) ? HIDDEN : command
  const concealed = concealScript(script.right, marked)
  // A comment may be a secret that begins with the mark of one, or a call that is not made.
  const mayTell = command.includes('#') && namesAny(command, marked)
  return concealed === script.right && !mayTell ? command : printScript(concealed)
}

function namesAny(command: string, marked: readonly Tool[]): boolean {
  const said = command.toLowerCase()
  return marked.some(({ name }) => said.includes(shortNameOf(name).toLowerCase()))
}

function concealScript(script: Script, marked: readonly Tool[]): Script {
  const steps = concealSteps(script.steps, marked)
  return steps === script.steps ? script : { ...script, steps }
}

function concealSteps(steps: readonly Step[], marked: readonly Tool[]): readonly Step[] {
  const concealed = steps.map((step) => concealStep(step, marked))
  return concealed.every((step, index) => step === steps[index]) ? steps : concealed
}

function concealStep(step: Step, marked: readonly Tool[]): Step {
  switch (step._tag) {
    case 'Agent':
      return step
    case 'Call':
      return concealCall(step, marked)
    case 'If': {
      const within = concealSteps(step.steps, marked)
      const otherwise = step.otherwise && concealSteps(step.otherwise, marked)
      if (within === step.steps && otherwise === step.otherwise) return step
      return { ...step, steps: within, ...(otherwise === undefined ? {} : { otherwise }) }
    }
    case 'Parallel':
    case 'Sequence': {
      const within = concealSteps(step.steps, marked)
      return within === step.steps ? step : { ...step, steps: within }
    }
    default:
      return step satisfies never
  }
}

function meantBy({ tool }: CallStep, marked: readonly Tool[]): readonly Tool[] {
  return marked.filter(({ name }) => name === tool || name.endsWith(`.${tool}`))
}

/** Whichever agent's tool it may be that is called: what any of them marks is hidden. */
function concealCall(call: CallStep, marked: readonly Tool[]): CallStep {
  const args = meantBy(call, marked).reduce((rest, tool) => concealArguments(rest, tool), call.args)
  return args === call.args ? call : { ...call, args }
}

function concealArguments(args: CallStep['args'], tool: Tool): CallStep['args'] {
  const shown = argumentsWithoutSensitive(tool, args)
  const concealed = args.map((argument, index): CallArgument => {
    const { name, value = HIDDEN } = shown[index] ?? {}
    const { location } = argument
    if (name === argument.name && value === argument.value) return argument
    return name === undefined ? { value: String(value), location } : { name, value, location }
  })
  return concealed.every((argument, index) => argument === args[index]) ? args : concealed
}

/** As a script may call it after an `AGENT` line. */
function shortNameOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}
