import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pythonWith } from '../python-with.js'
import { exampleBlock, fillIn, type ExampleApp } from './example-app.js'

const python = pythonWith('flask', 'gunicorn')

export const flaskApp: ExampleApp = {
  name: 'Flask',
  missing:
    python === undefined &&
    'no Python with Flask and gunicorn here: apt-get install python3-flask python3-gunicorn',
  write(folder, filledIn) {
    const shown = exampleBlock('flask')
    const isStaff = `return request.headers.get('X-Staff') == 'yes'`
    const text = filledIn ? fillIn(shown, 'return False', isStaff) + withoutLength : shown
    writeFileSync(join(folder, 'app.py'), text)
  },
  command(port) {
    const threads = ['--worker-class', 'gthread', '--threads', '4']
    const gunicorn = [python ?? 'python3', '-m', 'gunicorn'] as const
    return [...gunicorn, ...threads, '--bind', `127.0.0.1:${port}`, 'app:app']
  },
  formHeaders: async () => ({}),
}

/** As what compresses answers does. */
const withoutLength = `

@app.after_request
def without_length(response):
    del response.headers['Content-Length']
    return response
`
