import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exampleBlock, fillIn, tokenHeaders, type ExampleApp } from './example-app.js'

const needs = 'require "rails"; require "action_controller/railtie"; require "puma"'

export const railsApp: ExampleApp = {
  name: 'Rails',
  missing:
    spawnSync('ruby', ['-e', needs]).status !== 0 &&
    'no Ruby with Rails and puma here: apt-get install ruby-railties puma',
  write(folder, filledIn) {
    const controllers = join(folder, 'app/controllers')
    mkdirSync(controllers, { recursive: true })
    const shown = exampleBlock('backups_controller.rb')
    const refused = '    head :forbidden\n'
    const isStaff = `    head :forbidden unless request.headers['X-Staff'] == 'yes'\n`
    const text = filledIn ? fillIn(shown, refused, isStaff) : shown
    writeFileSync(join(controllers, 'backups_controller.rb'), text)
    writeFileSync(join(controllers, 'pages_controller.rb'), page)
    mkdirSync(join(folder, 'config'))
    const routes = `${exampleBlock('routes.rb')}get '/page', to: 'pages#show'\n`
    writeFileSync(
      join(folder, 'config/routes.rb'),
      `Rails.application.routes.draw do\n${routes}end`,
    )
    writeFileSync(join(folder, 'config.ru'), (filledIn ? withoutLength : '') + app)
  },
  command: (port) => ['puma', '--quiet', '-e', 'production', '-b', `tcp://127.0.0.1:${port}`],
  formHeaders: (port) => tokenHeaders(port, '/page'),
}

const app = `
require 'rails'
require 'action_controller/railtie'

class App < Rails::Application
  config.root = __dir__
  config.load_defaults Rails::VERSION::STRING.to_f
  config.eager_load = true
  config.secret_key_base = 'x' * 64
  config.logger = Logger.new($stderr)
end

App.initialize!
run App
`

/** As what compresses answers does. */
const withoutLength = `
use Class.new {
  def initialize(app)
    @app = app
  end

  def call(env)
    status, headers, body = @app.call(env)
    [status, headers.reject { |name, _| name.casecmp?('content-length') }, body]
  end
}
`

const page = `
class PagesController < ActionController::Base
  def show
    render plain: form_authenticity_token
  end
end
`
