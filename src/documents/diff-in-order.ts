import { LineCursor } from './line-cursor.js'
import type { ModelDifference } from './model-difference.js'
import { rowidOf } from './record-identity.js'

/** Compares records that both documents hold by rising rowid: one pass, nothing kept. */
export async function diffInOrder(
  a: LineCursor,
  b: LineCursor,
  difference: ModelDifference,
): Promise<void> {
  for (;;) {
    await LineCursor.passEqual(a, b)
    const [hasA, hasB] = [await a.ready(), await b.ready()]
    if (!hasA && !hasB) return
    const order = hasA && hasB ? compareRowids(a, b) : hasA ? -1 : 1
    difference.add(order <= 0 ? a.take() : null, order >= 0 ? b.take() : null)
  }
}

function compareRowids(a: LineCursor, b: LineCursor): number {
  const [left, right] = [rowidOf(a.line.toString('utf8')), rowidOf(b.line.toString('utf8'))]
  return left < right ? -1 : left > right ? 1 : 0
}
