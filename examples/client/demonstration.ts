/** A diamond: one file is written, copied and read at the same time, and then both are listed. */
export const demonstration = {
  workflowId: 'demonstration',
  nodes: [
    {
      id: 'write',
      type: 'tool_call',
      tool: 'write_file',
      params: { filename: 'demonstration/hello.txt', content: 'Hello from a workflow.\n' },
    },
    {
      id: 'copy',
      type: 'tool_call',
      tool: 'copy_file',
      params: { source: 'demonstration/hello.txt', destination: 'demonstration/copy.txt' },
    },
    { id: 'read', type: 'tool_call', tool: 'read_file', params: { filename: 'demonstration/hello.txt' } },
    { id: 'list', type: 'tool_call', tool: 'list_files', params: { directory: 'demonstration' } },
  ],
  edges: [
    { source: 'write', target: 'copy' },
    { source: 'write', target: 'read' },
    { source: 'copy', target: 'list' },
    { source: 'read', target: 'list' },
  ],
}
