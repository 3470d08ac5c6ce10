import { expect } from 'chai'
import * as fc from 'fast-check'
import { expandTypes, isTypeName, matchesPattern, upperName } from '../../lib/event/type-name.ts'

const known = [
  'task.started',
  'task.failed',
  'workflow.started',
  'workflow.node_status_update',
  'shop.order.placed',
  'shop.order.paid',
]

describe('isTypeName', () => {
  it('takes lower-case words joined by dots', () => {
    for (const name of [
      'task.started',
      'workflow.node_status_update',
      'a.b.c',
      'p2p.x',
      'a.2',
      `a.${'b'.repeat(126)}`,
    ]) {
      expect(isTypeName(name), name).to.equal(true)
    }
  })

  it('refuses anything else', () => {
    const bad = [
      '',
      'task',
      'Task.started',
      'task.',
      '.task',
      'task..x',
      'a b.c',
      'a.b-c',
      '*',
      'task.*',
      '2p.x',
      'a.ö',
    ]
    for (const name of [...bad, 'a.b\n', `a.${'b'.repeat(127)}`]) expect(isTypeName(name), name).to.equal(false)
  })
})

describe('upperName', () => {
  it('follows the value', () => {
    expect(upperName('task.started')).to.equal('TASK_STARTED')
    expect(upperName('dsl.command_progress')).to.equal('DSL_COMMAND_PROGRESS')
    expect(upperName('shop.order.placed')).to.equal('SHOP_ORDER_PLACED')
  })

  it('is NODE_STATUS_UPDATE for workflow.node_status_update', () => {
    expect(upperName('workflow.node_status_update')).to.equal('NODE_STATUS_UPDATE')
  })
})

describe('matchesPattern', () => {
  const table: readonly (readonly [string, string, boolean])[] = [
    ['*', 'task.started', true],
    ['task.started', 'task.started', true],
    ['task.started', 'task.starte', false],
    ['task.start', 'task.started', false],
    ['task.*', 'task.started', true],
    ['task.*', 'tasks.started', false],
    ['tas.*', 'task.started', false],
    ['shop.*', 'shop.order.placed', true],
    ['shop.order.*', 'shop.order.placed', true],
    ['shop.order.*', 'shop.orders', false],
    ['task.started.*', 'task.started', false],
    ['.*', 'task.started', false],
    ['*.started', 'task.started', false],
    ['task*', 'task.started', false],
    ['', 'task.started', false],
  ]
  for (const [pattern, type, matches] of table) {
    it(`"${pattern}" ${matches ? 'covers' : 'does not cover'} ${type}`, () => {
      expect(matchesPattern(pattern, type)).to.equal(matches)
    })
  }

  it('takes no word of a pattern for a regular expression', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(matchesPattern(text, 'task.started')).to.equal(['*', 'task.*', 'task.started'].includes(text))
      }),
      { examples: [['.+'], ['task.+'], ['(task|x).*'], ['task.(.*)*']] },
    )
  })
})

describe('expandTypes', () => {
  const expanded = (...entries: readonly string[]): readonly string[] => [...expandTypes(entries, known).types].sort()

  it('takes values, upper-case names and patterns', () => {
    expect(expanded('task.started')).to.deep.equal(['task.started'])
    expect(expanded('TASK_STARTED')).to.deep.equal(['task.started'])
    expect(expanded('NODE_STATUS_UPDATE')).to.deep.equal(['workflow.node_status_update'])
    expect(expanded('task.*', 'SHOP_ORDER_PAID')).to.deep.equal(['shop.order.paid', 'task.failed', 'task.started'])
    expect(expanded('*')).to.deep.equal([...known].sort())
  })

  it('counts a type once, however often it is named', () => {
    expect(expanded('task.started', 'TASK_STARTED', 'task.*', 'task.*')).to.deep.equal(['task.failed', 'task.started'])
  })

  it('lists every entry that names nothing known, beside what the others name', () => {
    const bad = [
      'nope',
      'task.nope',
      'nope.*',
      'WORKFLOW_NODE_STATUS_UPDATE',
      'task.STARTED',
      'Task.*',
      'TASK_*',
      '',
      'task',
    ]
    const { types, unknown } = expandTypes([...bad, 'task.started'], known)
    expect(unknown).to.deep.equal(bad)
    expect([...types]).to.deep.equal(['task.started'])
  })

  it('takes what objects inherit for a name as any other', () => {
    const { types, unknown } = expandTypes(['constructor', '__proto__', 'toString'], known)
    expect([[...types], unknown]).to.deep.equal([[], ['constructor', '__proto__', 'toString']])
  })

  it('makes nothing of no entries: an empty subscription is never all', () => {
    const { types, unknown } = expandTypes([], known)
    expect([types.size, unknown]).to.deep.equal([0, []])
  })
})
