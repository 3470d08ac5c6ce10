import { map, type MonoTypeOperatorFunction, scan, tap } from 'rxjs'
import { append, type Drawn, nothingDrawn, redraw } from './drawing.ts'
import type { Output } from './output.ts'
import { pictureOf } from './picture.ts'
import type { RunView } from './run-view.ts'

interface Shown {
  readonly drawn: Drawn
  readonly view: RunView
}

/** Draws each view as it passes: in place on a terminal, line after line anywhere else. */
export function show(
  output: Output,
  env: Readonly<Record<string, string | undefined>>,
): MonoTypeOperatorFunction<RunView> {
  const isTerminal = output.isTTY === true && env['TERM'] !== 'dumb'
  const draw = (drawn: Drawn, view: RunView): Drawn => {
    if (!isTerminal) return append(drawn, pictureOf(view))
    // Asked each time: a window may change its size. A terminal that does not know says 0.
    const screen = { columns: output.columns || 80, rows: output.rows || 24, hasColours: !env['NO_COLOR'] }
    return redraw(drawn, pictureOf(view), screen)
  }
  return (view$) =>
    view$.pipe(
      scan<RunView, Shown, { readonly drawn: Drawn }>(({ drawn }, view) => ({ drawn: draw(drawn, view), view }), {
        drawn: nothingDrawn,
      }),
      tap(({ drawn: { text } }) => text === '' || output.write(text)),
      map(({ view }) => view),
    )
}
