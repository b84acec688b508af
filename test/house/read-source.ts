import ts from 'typescript'

/** What the test of the floors wants to know of a source. */
export interface Reading {
  /** What the file imports, in any way, as it is written; null where that can't be told. */
  readonly imports: readonly (string | null)[]
  /** Those of them that are loaded together with the file. */
  readonly loads: readonly (string | null)[]
  readonly usesEnvironment: boolean
  readonly usesExit: boolean
}

export function readSource(path: string, text: string): Reading {
  const imports: (string | null)[] = []
  const loads: (string | null)[] = []
  let usesEnvironment = false
  let usesExit = false
  const visit = (node: ts.Node): void => {
    const specifier = importedBy(node)
    if (specifier !== undefined) imports.push(specifier)
    if (specifier !== undefined && isLoadedAtOnce(node)) loads.push(specifier)
    for (const name of takenFromProcess(node)) {
      usesEnvironment ||= name === 'env' || name === 'loadEnvFile'
      usesExit ||= name === 'exit' || name === 'reallyExit' || name === 'abort'
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false))
  return { imports, loads, usesEnvironment, usesExit }
}

/** What a node imports; null where it does but the name is computed; undefined where it doesn't. */
function importedBy(node: ts.Node): string | null | undefined {
  if (ts.isImportDeclaration(node)) return literal(node.moduleSpecifier)
  if (ts.isExportDeclaration(node))
    return node.moduleSpecifier ? literal(node.moduleSpecifier) : undefined
  if (ts.isImportTypeNode(node))
    return ts.isLiteralTypeNode(node.argument) ? literal(node.argument.literal) : null
  if (ts.isExternalModuleReference(node)) return literal(node.expression)
  if (ts.isCallExpression(node) && loadsModules(node.expression)) return literal(node.arguments[0])
  // A worker's or child's entry: `new URL('./job-entry.js', import.meta.url)`.
  if (ts.isNewExpression(node) && isNamed(node.expression, 'URL')) {
    const [address, base] = node.arguments ?? []
    return base && isImportMetaUrl(base) ? entryOf(address) : undefined
  }
  return undefined
}

function isLoadedAtOnce(node: ts.Node): boolean {
  if (ts.isImportDeclaration(node)) return node.importClause?.isTypeOnly !== true
  return ts.isExportDeclaration(node) && !node.isTypeOnly
}

function loadsModules(callee: ts.Expression): boolean {
  return callee.kind === ts.SyntaxKind.ImportKeyword || isNamed(callee, 'require')
}

/** An entry's extension may be computed: it is the extension of the file that names it. */
function entryOf(address: ts.Node | undefined): string | null | undefined {
  const text =
    address && ts.isTemplateExpression(address) && address.templateSpans.length === 1
      ? `${address.head.text}.js`
      : literal(address)
  if (text === null) return null
  return /^\.{1,2}\/.*\.[jt]sx?$/.test(text) ? text.replace(/\.ts(x?)$/, '.js$1') : undefined
}

/** The members of `process` that a node takes, in any spelling. */
function takenFromProcess(node: ts.Node): string[] {
  if (ts.isPropertyAccessExpression(node) && isProcess(node.expression)) return [node.name.text]
  if (ts.isElementAccessExpression(node) && isProcess(node.expression))
    return [literal(node.argumentExpression) ?? 'env']
  if (ts.isVariableDeclaration(node) && node.initializer && isProcess(node.initializer))
    return ts.isObjectBindingPattern(node.name) ? node.name.elements.map(boundName) : ['env']
  if (ts.isImportDeclaration(node) && isProcessModule(literal(node.moduleSpecifier))) {
    const bindings = node.importClause?.namedBindings
    return bindings && ts.isNamedImports(bindings)
      ? bindings.elements.map(({ name, propertyName }) => (propertyName ?? name).text)
      : []
  }
  return []
}

function boundName({ name, propertyName }: ts.BindingElement): string {
  const bound = propertyName ?? name
  return ts.isIdentifier(bound) ? bound.text : 'env'
}

function isProcessModule(specifier: string | null): boolean {
  return specifier === 'process' || specifier === 'node:process'
}

function isProcess(node: ts.Expression): boolean {
  if (isNamed(node, 'process')) return true
  return ts.isPropertyAccessExpression(node) && node.name.text === 'process'
}

function isNamed(node: ts.Node, name: string): boolean {
  return ts.isIdentifier(node) && node.text === name
}

function isImportMetaUrl(node: ts.Node): boolean {
  return ts.isPropertyAccessExpression(node) && ts.isMetaProperty(node.expression)
}

function literal(node: ts.Node | undefined): string | null {
  return node && ts.isStringLiteralLike(node) ? node.text : null
}
