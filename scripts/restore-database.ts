// npm run restore -- FILE --into DATABASE: octavo restore, from a clone.
import { runCli } from '../src/main/run-cli.js'

process.exitCode = await runCli(['restore', ...process.argv.slice(2)])
