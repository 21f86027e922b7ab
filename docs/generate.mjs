// Writes what the documents and `.env.example` take from the code: settings, operations, recipe values. `--check`: only looks
// whether they are fresh. It reads dist/, so build first (`npm run docs` does).
import { readFileSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { toJSONSchema } from 'zod';
import { scopesOf as scopesOfRoles } from '../dist/src/accounts/index.js';
import { buildProgram } from '../dist/src/cli/program.js';
import { describeSettings } from '../dist/src/config.js';
import { definitions, describeDefinition } from '../dist/src/indicators/index.js';

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

/** Whoever is signed in has the scope `session`, and may by the others what a key may. */
function scopesOf(security) {
  return security.flatMap(({ key, session }) => key ?? (session?.length === 0 ? ['session'] : []));
}

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
        const scopes = scopesOf(security).map((scope) => `\`${scope}\``);
        return [`\`${method.toUpperCase()} ${path}\``, summary.replace(/\.$/, ''), scopes.join(', ') || 'none'];
      }),
  );
  return table(['operation', 'does', 'scope'], rows);
}

function scopes() {
  const document = parse(read('openapi.yaml'));
  const named = new Map();
  for (const item of Object.values(document.paths)) {
    for (const { operationId, security = [] } of methods.map((method) => item[method]).filter(Boolean)) {
      for (const scope of scopesOf(security)) named.set(scope, [...(named.get(scope) ?? []), `\`${operationId}\``]);
    }
  }
  return table(
    ['scope', 'operations'],
    [...named].sort().map(([scope, ids]) => [`\`${scope}\``, ids.join(' ')]),
  );
}

function flatten(value, path = []) {
  const isBranch = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isBranch) return [[path.join('.'), value]];
  return Object.entries(value).flatMap(([name, inner]) => flatten(inner, [...path, name]));
}

/** What a schema allows, in words. */
function allowed({ anyOf, enum: values, type, items, properties, minimum, maximum } = {}) {
  if (anyOf)
    return [...new Set(anyOf.map((one) => (one.type === 'array' ? 'a list of such' : allowed(one))))].join(', or ');
  if (values) return values.map((value) => `\`${value}\``).join(', ');
  if (type === 'array') return `a list of ${allowed(items)}`;
  if (type === 'string') return 'text';
  if (properties) return `{ ${Object.keys(properties).join(', ')} }`;
  const say = (number) => number.toLocaleString('en', { maximumFractionDigits: 9 });
  return `${type === 'integer' ? 'whole, ' : ''}${say(minimum)} to ${say(maximum)}`;
}

/** @param model its folder's name */
async function recipe(model) {
  const { recipeSchema } = await import(`../dist/models/${model}/recipe.js`);
  const schema = recipeSchema && toJSONSchema(recipeSchema);
  const find = (path) => path.split('.').reduce((at, name) => at?.properties?.[name], schema);
  const rows = flatten(JSON.parse(read(`models/${model}/recipe.json`))).map(([path, value]) => {
    const values = Array.isArray(value) ? value : [value];
    // Of a field that is one value or several named ones, the field itself says what is allowed.
    const found = find(path) ?? find(path.slice(0, path.lastIndexOf('.')));
    const cells = [`\`${path}\``, values.map((one) => `\`${one}\``).join(' ') || 'none'];
    return schema ? [...cells, allowed(found)] : cells;
  });
  return table(schema ? ['field', 'value', 'allowed'] : ['field', 'value'], rows);
}

/** Folders with folders inside; such without a file are left from a move. */
async function rooms() {
  const found = new Map();
  for (const top of ['src', 'models']) {
    for (const entry of await readdir(new URL(top, root), { recursive: true, withFileTypes: true })) {
      const path = `${entry.parentPath.slice(fileURLToPath(root).length)}/${entry.name}`;
      const [, folder, room] = /^(\w+\/[\w-]+\/)([\w-]+\/)/.exec(path) ?? [];
      if (entry.isFile() && room) found.set(folder, (found.get(folder) ?? new Set()).add(`\`${room}\``));
    }
  }
  const rows = [...found].map(([folder, inside]) => [`\`${folder}\``, [...inside].sort().join(' ')]);
  const tops = (folder) => (folder.startsWith('src/') ? 0 : 1);
  const order = ([one], [other]) => tops(one.slice(1)) - tops(other.slice(1)) || one.localeCompare(other);
  return table(['folder', 'rooms'], rows.sort(order));
}

/** Commands without commands of their own, and those that do something by themselves too. */
function listCommands(command, path = []) {
  const inner = command.commands
    .filter((one) => one.name() !== 'help')
    .flatMap((one) => listCommands(one, [...path, one.name()]));
  const acts = path.length > 0 && (inner.length === 0 || command.registeredArguments.length > 0);
  return [...(acts ? [{ command, path }] : []), ...inner];
}

function commands() {
  const words = ({ description, argChoices, defaultValue }) =>
    [
      description,
      argChoices &&
        !argChoices.every((choice) => description.includes(choice)) &&
        `one of ${argChoices.map((choice) => `\`${choice}\``).join(' ')}`,
      defaultValue !== undefined && typeof defaultValue !== 'boolean' && `${defaultValue}` && `default ${defaultValue}`,
    ]
      .filter(Boolean)
      .join('; ');
  const rows = listCommands(program).flatMap(({ command, path }) => {
    const given = command.registeredArguments.map((one) => [one.required ? `<${one.name()}>` : `[${one.name()}]`, one]);
    const name = [...path, ...given.map(([form]) => form)].join(' ');
    const parts = [...given, ...command.options.map((option) => [option.flags, option])];
    return [
      [`**\`${name}\`**`, command.description()],
      ...parts.map(([form, part]) => [`\`${form}\``, words(part)]).filter(([, text]) => text),
    ];
  });
  return table(['command', 'does'], rows);
}

/** Definitions of a class, with what is counted, in both languages. */
function indicators(wanted) {
  const rows = definitions
    .filter((definition) => definition.class === wanted)
    .map(describeDefinition)
    .map(({ id, version, name, meaning, unit, fraction, grains, dimensions, exclusions, needs, since }) => [
      `\`${id}\`<br>${version}, since ${since}`,
      `**${name.en}** ${meaning.en}<br>**${name.zh}** ${meaning.zh}`,
      `${fraction} (${unit})`,
      [...grains, ...dimensions.map((dimension) => `by ${dimension}`)].join(', '),
      [...exclusions.map((one) => `without ${one}`), ...needs.map((need) => `needs ${need}`)].join('; ') || '–',
    ]);
  if (rows.length === 0) throw new Error(`no indicator is of the class ${wanted}`);
  return table(['id and version', 'means', 'is', 'told by', 'leaves out, needs'], rows);
}

/** Which role may call what; `session` is everybody's who is signed in. */
function roles() {
  const document = parse(read('openapi.yaml'));
  const names = Object.keys(scopesOfRoles);
  const all = Object.values(document.paths).flatMap((item) => methods.flatMap((method) => item[method] ?? []));
  const rows = all
    .filter(({ security }) => security.length > 0)
    .map(({ operationId, summary, security }) => {
      const wanted = scopesOf(security);
      const may = (role) =>
        ['session', ...scopesOfRoles[role]].some((scope) => scope === 'admin' || wanted.includes(scope));
      return [`\`${operationId}\``, summary.replace(/\.$/, ''), ...names.map((role) => (may(role) ? 'yes' : ''))];
    });
  return table(['operation', 'does', ...names], rows);
}

function scopesByRole() {
  const rows = Object.entries(scopesOfRoles).map(([role, scopes]) => [
    `\`${role}\``,
    scopes.map((scope) => `\`${scope}\``).join(', '),
  ]);
  return table(['role', 'scopes'], rows);
}

const program = await buildProgram();
const parts = { indicators, settings, operations, scopes, roles, scopesByRole, recipe, rooms, commands };

/** What stands between `<!-- generated: part argument -->` and `<!-- end -->` is made anew. */
async function fill(text, path) {
  let filled = '';
  let from = 0;
  for (const match of text.matchAll(/(<!-- generated: (\S+) ?(\S*) -->\n)[\s\S]*?<!-- end -->/g)) {
    const [whole, start, part, argument] = match;
    if (!parts[part]) throw new Error(`${path}: nothing is generated as ${part}`);
    filled += `${text.slice(from, match.index)}${start}${await parts[part](argument)}\n<!-- end -->`;
    from = match.index + whole.length;
  }
  return filled + text.slice(from);
}

function environmentExample() {
  const lines = describeSettings().map(({ name, standard, meaning }) => {
    const value = standard === undefined || /\s/.test(standard) ? '' : standard;
    return `# ${meaning}${/\s/.test(standard ?? '') ? ` (default: ${standard})` : ''}\n# ${name}=${value}\n`;
  });
  return `# All settings with their defaults. \`node --env-file=.env dist/service/cli.js serve\` reads a file such as this one.\n\n${lines.join('\n')}`;
}

const documents = (await readdir(fileURLToPath(new URL('docs', root)), { recursive: true }))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);
const named = ['README.md', 'CONTRIBUTING.md', ...documents];
const files = [
  ...(await Promise.all(named.map(async (path) => [path, await fill(read(path), path)]))),
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
