// A `!` says that something is there although its type does not promise it. One that the type promises anyway says nothing, and
// hides those that do: this tells of each, and `--fix` takes it away.
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import ts from 'typescript';

const root = new URL('..', import.meta.url).pathname;
const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile);
const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
const program = ts.createProgram(fileNames, { ...options, noEmit: true });
const checker = program.getTypeChecker();
const fixes = process.argv.includes('--fix');
const needless = [];

for (const file of program.getSourceFiles()) {
  if (file.isDeclarationFile || program.isSourceFileFromExternalLibrary(file)) continue;
  const places = [];
  const visit = (node) => {
    if (ts.isNonNullExpression(node) && isPromised(node.expression)) places.push(node.getEnd() - 1);
    ts.forEachChild(node, visit);
  };
  visit(file);
  for (const place of places) {
    const { line } = file.getLineAndCharacterOfPosition(place);
    needless.push(`${relative(root, file.fileName)}:${line + 1}`);
  }
  if (fixes && places.length > 0) {
    const text = places.sort((a, b) => b - a).reduce((rest, at) => rest.slice(0, at) + rest.slice(at + 1), file.text);
    writeFileSync(file.fileName, text);
  }
}

/** Has the expression a type without null and undefined, so that `!` changes nothing? */
function isPromised(expression) {
  const type = checker.getTypeAtLocation(expression);
  if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.TypeParameter)) return false;
  return checker.getNonNullableType(type) === type;
}

if (needless.length > 0 && !fixes) {
  console.error(`These ! say nothing:\n${needless.join('\n')}`);
  process.exit(1);
}
console.log(fixes ? `${needless.length} taken away` : 'Every ! says something.');
