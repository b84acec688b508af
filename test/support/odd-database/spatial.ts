import { quoted } from './names.js'
import { attempt, type Odd } from './odd.js'

/** R-Trees of floats and of integers, with columns of their own beside, and geopoly. */
export function addSpatial(odd: Odd): void {
  const { dice, names, story } = odd
  const name = quoted(names.next('area'))
  const kind = dice.below(4)
  const declared = [
    'rtree(id, x0, x1)',
    'rtree_i32(id, x0, x1, y0, y1)',
    'rtree(id, x0, x1, y0, y1, +note, +"odd ""note")',
    'geopoly(label, weight)',
  ][kind]
  if (!attempt(odd, `CREATE VIRTUAL TABLE ${name} USING ${declared}`)) return
  for (let row = dice.below(80); row >= 0; row -= 1) {
    const [x, y] = [dice.below(1000) / 8, dice.below(1000) / 8]
    const box = `${x}, ${x + 1}`
    const values = [
      `(${row - 10}, ${box})`,
      `(${row * 1000}, ${Math.floor(x)}, ${Math.floor(x) + 2}, -5, 5)`,
      `(${row}, ${box}, ${y}, ${y + 0.5}, x'00ff', 'Nöte' || char(0) || '${row}')`,
      `('[[${x},${y}],[${x + 3},${y}],[${x},${y + 3}],[${x},${y}]]', 'label ${row}', ${y})`,
    ][kind]
    const columns = kind === 3 ? '(_shape, label, weight)' : ''
    attempt(odd, `INSERT INTO ${name}${columns} VALUES ${values}`)
  }
  if (dice.chance(0.4)) attempt(odd, `DELETE FROM ${name} WHERE rowid % 4 = 1`)
  story.push(`spatial: ${declared}`)
}
