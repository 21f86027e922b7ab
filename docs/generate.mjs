// Writes what the documents and `.env.example` take from the code: settings, operations, recipe values. `--check`: only looks
// whether they are fresh. It reads dist/, so build first (`npm run docs` does).
import { readFileSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { describeSettings } from '../dist/src/config.js';

const root = new URL('..', import.meta.url);
const read = (path) => readFileSync(new URL(path, root), 'utf8');
const isCheck = process.argv.includes('--check');

/** @param rows cells as Markdown */
function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function settings() {
  const rows = describeSettings().map(({ name, standard, meaning }) => [
    `\`${name}\``,
    standard === undefined || standard === '' ? '–' : /\s/.test(standard) ? standard : `\`${standard}\``,
    meaning,
  ]);
  return table(['setting', 'default', 'meaning'], rows);
}

const methods = ['get', 'put', 'post', 'patch', 'delete'];

/** @param tags of the operations, by comma */
function operations(tags) {
  const document = parse(read('openapi.yaml'));
  const wanted = tags.split(',');
  const unknown = wanted.filter((tag) => !document.tags.some(({ name }) => name === tag));
  if (unknown.length > 0) throw new Error(`openapi.yaml has no tag ${unknown.join(', ')}`);
  const rows = Object.entries(document.paths).flatMap(([path, item]) =>
    methods
      .filter((method) => item[method]?.tags.some((tag) => wanted.includes(tag)))
      .map((method) => {
        const { summary, security = [] } = item[method];
        const scopes = security.flatMap((entry) => Object.values(entry).flat()).map((scope) => `\`${scope}\``);
        return [`\`${method.toUpperCase()} ${path}\``, summary.replace(/\.$/, ''), scopes.join(', ') || 'none'];
      }),
  );
  return table(['operation', 'does', 'scope'], rows);
}

function flatten(value, path = []) {
  const isBranch = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isBranch) return [[path.join('.'), value]];
  return Object.entries(value).flatMap(([name, inner]) => flatten(inner, [...path, name]));
}

/** @param model its folder's name */
function recipe(model) {
  const rows = flatten(JSON.parse(read(`models/${model}/recipe.json`))).map(([path, value]) => {
    const values = Array.isArray(value) ? value : [value];
    return [`\`${path}\``, values.map((one) => `\`${one}\``).join(' ') || 'none'];
  });
  return table(['field', 'value'], rows);
}

const parts = { settings, operations, recipe };

/** What stands between `<!-- generated: part argument -->` and `<!-- end -->` is made anew. */
function fill(text, path) {
  return text.replace(
    /(<!-- generated: (\S+) ?(\S*) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, start, part, argument, end) => {
      if (!parts[part]) throw new Error(`${path}: nothing is generated as ${part}`);
      return `${start}${parts[part](argument)}\n${end}`;
    },
  );
}

function environmentExample() {
  const lines = describeSettings().map(({ name, standard, meaning }) => {
    const value = standard === undefined || /\s/.test(standard) ? '' : standard;
    return `# ${meaning}${/\s/.test(standard ?? '') ? ` (default: ${standard})` : ''}\n# ${name}=${value}\n`;
  });
  return `# All settings with their defaults. \`node --env-file=.env dist/src/cli.js serve\` reads a file such as this one.\n\n${lines.join('\n')}`;
}

const documents = (await readdir(fileURLToPath(new URL('docs', root)), { recursive: true }))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);
const files = [
  ...['README.md', 'CONTRIBUTING.md', ...documents].map((path) => [path, fill(read(path), path)]),
  ['.env.example', environmentExample()],
];
let stale = 0;
for (const [path, text] of files) {
  let before = '';
  try {
    before = read(path);
  } catch {}
  if (before === text) continue;
  stale++;
  if (isCheck) console.error(`${path} is not fresh: run \`npm run docs\``);
  else writeFileSync(new URL(path, root), text);
}
if (isCheck && stale > 0) process.exit(1);
console.log(isCheck ? `${files.length} documents are fresh` : `${stale} of ${files.length} documents written`);
