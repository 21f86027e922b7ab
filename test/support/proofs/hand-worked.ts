import ts from 'typescript';

/** Functions of test shops that ask for an indicator, whose id is their first argument. */
const asking = new Set(['values', 'fractions', 'of']);
const comparing = new Set(['toEqual', 'toMatchObject']);

/**
 * The indicators of which a test file has a value that was worked out by hand: `expect(await shop.values('id', …)).toEqual(…)` with a
 * figure other than 0 written there. To name an indicator, to ask for one without looking, or to expect nothing or 0 proves nothing.
 */
export function indicatorsWorkedOut(source: string): Set<string> {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    const id = provenBy(node);
    if (id !== undefined) found.add(id);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('test.ts', source, ts.ScriptTarget.Latest, true));
  return found;
}

/** undefined: it is no comparison of an indicator with a figure. */
function provenBy(node: ts.Node): string | undefined {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  const { name, expression: expected } = node.expression;
  if (!comparing.has(name.text) || !ts.isCallExpression(expected)) return undefined;
  const isExpect = ts.isIdentifier(expected.expression) && expected.expression.text === 'expect';
  if (!isExpect || node.arguments.length !== 1 || !hasFigure(node.arguments[0])) return undefined;
  return askedFor(expected.arguments[0]);
}

function askedFor(argument: ts.Expression): string | undefined {
  if (!ts.isAwaitExpression(argument) || !ts.isCallExpression(argument.expression)) return undefined;
  const { expression: asked, arguments: given } = argument.expression;
  const name = ts.isPropertyAccessExpression(asked) ? asked.name.text : ts.isIdentifier(asked) ? asked.text : '';
  const id = given[0];
  return asking.has(name) && id && ts.isStringLiteral(id) ? id.text : undefined;
}

/** A value that is not 0: a number, or an amount of money. Keys name periods; of a fraction the value comes first. */
function hasFigure(node: ts.Node): boolean {
  if (ts.isNumericLiteral(node)) return Number(node.text) !== 0;
  if (ts.isStringLiteral(node)) return /^-?\d+\.\d+$/.test(node.text) && Number(node.text) !== 0;
  if (ts.isPrefixUnaryExpression(node)) return hasFigure(node.operand);
  if (ts.isArrayLiteralExpression(node)) return node.elements.length > 0 && hasFigure(node.elements[0]);
  if (ts.isPropertyAssignment(node)) return hasFigure(node.initializer);
  if (ts.isSpreadAssignment(node)) return hasFigure(node.expression);
  return ts.isObjectLiteralExpression(node) && node.properties.some(hasFigure);
}
