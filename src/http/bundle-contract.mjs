// Builds openapi.yaml, the one file that users and tools read, from the parts that lie with their stations
// (src/<station>/contract.yaml), the types of contract.ts for the service, and those of
// src/client/contract.ts for who asks it. `--check`: only looks whether all are fresh.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript';
import { Document, isMap, isScalar, isSeq, parse, visit } from 'yaml';

const width = 120;
const methods = ['get', 'put', 'post', 'patch', 'delete'];

/** The document's parts, in the order of the ring; what all share (src/http) comes first. */
function readParts(root) {
  const read = (station) => ({
    station,
    ...parse(readFileSync(new URL(`src/${station}/contract.yaml`, root), 'utf8')),
  });
  const ring = readFileSync(new URL('src/stations.ts', root), 'utf8').matchAll(/^ +(\w+)Station\(/gm);
  const stations = [...ring].map(([, name]) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
  const hasPart = (folder) => existsSync(new URL(`src/${folder}/contract.yaml`, root));
  const folders = readdirSync(new URL('src', root)).filter(hasPart);
  const stray = folders.filter((folder) => folder !== 'http' && !stations.includes(folder));
  if (stray.length > 0) throw new Error(`src/stations.ts has no station ${stray.join(', ')}`);
  return ['http', ...stations.filter(hasPart)].map(read);
}

/** Maps of all parts in one; a name that two give is a fault. */
function joined(parts, what, of) {
  const all = {};
  for (const part of parts) {
    for (const [name, value] of Object.entries(of(part) ?? {})) {
      if (Object.hasOwn(all, name))
        throw new Error(`src/${part.station}/contract.yaml: ${what} ${name} is there already`);
      all[name] = value;
    }
  }
  return all;
}

/** Paths of all parts in one; a path may have operations of several stations, each once, and what they share is said by the first. */
function joinedPaths(parts) {
  const all = {};
  for (const { station, paths } of parts) {
    for (const [path, operations] of Object.entries(paths ?? {})) {
      all[path] ??= {};
      for (const [name, value] of Object.entries(operations)) {
        if (Object.hasOwn(all[path], name))
          throw new Error(`src/${station}/contract.yaml: ${name} of ${path} is there already`);
        all[path][name] = value;
      }
    }
  }
  return all;
}

/** The one document. What stations answer comes before what the service answers of itself. */
export function bundle(parts) {
  const [common, ...stations] = parts;
  const { openapi, info, servers } = common;
  const stationsFirst = [...stations, common];
  const kinds = ['securitySchemes', 'parameters', 'responses', 'schemas'];
  const document = {
    openapi,
    info,
    servers,
    tags: stationsFirst.flatMap(({ tags = [] }) => tags),
    paths: joinedPaths(stationsFirst),
    components: Object.fromEntries(kinds.map((kind) => [kind, joined(parts, kind, (part) => part.components?.[kind])])),
  };
  for (const path of Object.values(document.paths)) {
    for (const method of methods) {
      const operation = path[method];
      if (!operation) continue;
      operation.responses = withCommonAnswers(path, operation, document);
      // What a key may by its scopes, somebody who is signed in may by the same.
      if (!operation.security.some(({ session }) => session)) {
        operation.security = operation.security.flatMap((one) => (one.key ? [one, { session: one.key }] : [one]));
      }
    }
  }
  nameEnums(document);
  return withNumbers(document);
}

/** Makers of clients name values by their letters: where two would be called the same, each has a name (`x-enum-varnames`). */
function nameEnums(node) {
  if (typeof node !== 'object' || node === null) return;
  if (Array.isArray(node.enum) && node.enum.every((value) => typeof value === 'string')) {
    const usual = node.enum.map((value) =>
      value
        .toUpperCase()
        .replace(/[^A-Z0-9]+/g, ' ')
        .trim(),
    );
    if (new Set(usual).size < usual.length) node['x-enum-varnames'] = node.enum.map(enumName);
  }
  for (const inner of Object.values(node)) nameEnums(inner);
}

function enumName(value) {
  const spoken = value
    .replace(/^-/, 'FALLING ')
    .replaceAll('+', ' PLUS ')
    .replace(/-(?=\d)/g, ' MINUS ');
  return spoken.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
}

const sentForms = { Id: 'SentId', Amount: 'SentAmount', SignedAmount: 'SentSignedAmount' };

/**
 * In what is sent ids and amounts may be JSON numbers where these are exact. What is answered as well is sent in a form of its own
 * (`CampaignTerms` as `SentCampaignTerms`), but for what is answered as it was kept and says so (`x-sent-as-numbers`).
 */
function withNumbers(document) {
  const [sent, answered] = [new Set(), new Set()];
  for (const path of Object.values(document.paths)) {
    for (const method of methods) {
      if (!path[method]) continue;
      noteSchemas(path[method].requestBody, document, sent);
      noteSchemas(path[method].responses, document, answered);
    }
  }
  const { schemas } = document.components;
  const both = [...sent].filter(
    (name) => answered.has(name) && !isForm(name) && !schemas[name]['x-sent-as-numbers'] && holdsForms(name, schemas),
  );
  const forms = { ...sentForms, ...Object.fromEntries(both.map((name) => [name, `Sent${name}`])) };
  const ofBoth = both.map((name) => [forms[name], inSentForm(schemas[name], forms)]);
  for (const name of sent) {
    const isSent = !answered.has(name) || schemas[name]['x-sent-as-numbers'];
    if (isSent && !isForm(name)) schemas[name] = inSentForm(schemas[name], forms);
  }
  Object.assign(schemas, Object.fromEntries(ofBoth));
  for (const path of Object.values(document.paths)) {
    for (const method of methods) {
      if (path[method]?.requestBody) path[method].requestBody = inSentForm(path[method].requestBody, forms);
    }
  }
  return document;
}

/** Are there ids or amounts in a schema, or in what it leads to? */
function holdsForms(name, schemas) {
  const names = new Set();
  noteSchemas(schemas[name], { components: { schemas } }, names);
  return Object.keys(sentForms).some((form) => names.has(form));
}

const isForm = (name) => [...Object.keys(sentForms), ...Object.values(sentForms)].includes(name);
const schemaPrefix = '#/components/schemas/';

/** The names of all schemas that a part of the document leads to. */
function noteSchemas(node, document, names) {
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    if (key !== '$ref') noteSchemas(value, document, names);
    else if (!value.startsWith(schemaPrefix)) {
      const [, , kind, name] = value.split('/');
      noteSchemas(document.components[kind][name], document, names);
    } else if (!names.has(value.slice(schemaPrefix.length))) {
      const name = value.slice(schemaPrefix.length);
      names.add(name);
      noteSchemas(document.components.schemas[name], document, names);
    }
  }
}

/** Names of properties are texts. */
const leftAsText = ['propertyNames', 'example', 'description'];

/** A schema whose ids and amounts may be numbers. @param forms what stands for a schema where it is sent */
function inSentForm(node, forms) {
  if (Array.isArray(node)) return node.map((one) => inSentForm(one, forms));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => {
      if (leftAsText.includes(key)) return [key, value];
      const form = key === '$ref' && value.startsWith(schemaPrefix) && forms[value.slice(schemaPrefix.length)];
      return [key, form ? schemaPrefix + form : inSentForm(value, forms)];
    }),
  );
}

/**
 * An operation's answers with those that follow from its form. What an operation says of a status itself stands; `null`
 * says that this one never answers it.
 */
function withCommonAnswers(path, operation, document) {
  const resolve = (node) =>
    node.$ref
      ? node.$ref
          .slice(2)
          .split('/')
          .reduce((at, name) => at[name], document)
      : node;
  const parameters = [...(path.parameters ?? []), ...(operation.parameters ?? [])].map(resolve);
  const schemas = (place) => parameters.filter((one) => one.in === place).map(({ schema }) => resolve(schema));
  const good = Object.entries(operation.responses).find(([status]) => status < 300)[1];
  const common = { 400: 'BadRequest' };
  if (operation.security.length > 0)
    Object.assign(common, { 401: 'Unauthorized', 403: 'Forbidden', 503: 'Unavailable' });
  // What is one of a closed list is always there.
  if (schemas('path').some((schema) => !schema.enum)) common[404] = 'NotFound';
  if (Object.keys(resolve(good).content ?? {}).length > 1) common[406] = 'NotAcceptable';
  if (operation.requestBody) Object.assign(common, { 413: 'TooLarge', 415: 'UnsupportedMediaType' });
  // A list in the address may make it too long.
  if (schemas('query').some(({ type }) => type === 'array')) common[431] = 'HeadTooLarge';
  const byRule = Object.entries(common).map(([status, name]) => [status, { $ref: `#/components/responses/${name}` }]);
  const all = Object.entries({ ...Object.fromEntries(byRule), ...operation.responses });
  return Object.fromEntries(all.filter(([, response]) => response !== null));
}

/** YAML in block style, lines to 120: only a list of plain words that fits on a line stands in one. */
export function toYaml(value) {
  const document = new Document(value, { aliasDuplicateObjects: false });
  const indentOf = (path) => 2 * path.filter((one) => isMap(one) || isSeq(one)).length;
  visit(document, {
    Scalar(key, node, path) {
      if (key === 'key' || typeof node.value !== 'string') return;
      const lines = node.value.split('\n');
      // What older readers of YAML take for a time or a truth.
      if (/^\d{4}-\d\d-\d\d|^\d+:\d+|^([yn]|yes|no|on|off)$/i.test(node.value)) node.type = 'QUOTE_SINGLE';
      // The key, its colon and quotes stand before.
      const room = width - indentOf(path) - String(path.at(-1).key ?? '').length - 6;
      if (lines.length > 1) {
        const fits = lines.every((line) => line.length <= width - indentOf(path));
        node.type = fits ? 'BLOCK_LITERAL' : 'BLOCK_FOLDED';
      } else if (node.value.length > room) node.type = node.value.includes(' ') ? 'BLOCK_FOLDED' : 'QUOTE_DOUBLE';
    },
    Seq(_key, node, path) {
      const written = node.items.map((item) => (isScalar(item) ? JSON.stringify(item.value) : undefined));
      if (written.includes(undefined)) return;
      const key = String(path.at(-1).key ?? '');
      node.flow = indentOf(path) + `${key}: [${written.join(', ')}]`.length <= width;
    },
  });
  // A long text without blanks gets a little longer than it is told to.
  return document.toString({ lineWidth: width - 8, singleQuote: true, flowCollectionPadding: false });
}

/** The types of what handlers are called with and answer. A parameter with a default is always there: validation fills it in. */
export async function toTypes(document) {
  const filled = structuredClone(document);
  // By the time that a handler sees them, numbers are texts.
  const { schemas } = filled.components;
  for (const form of Object.values(sentForms)) if (schemas[form]) schemas[form] = schemas[form].anyOf[0];
  const named = Object.values(filled.components.parameters);
  const own = Object.values(filled.paths).flatMap((path) => [path, ...methods.map((method) => path[method] ?? {})]);
  for (const parameter of [...named, ...own.flatMap(({ parameters = [] }) => parameters)]) {
    if (parameter.schema?.default !== undefined) parameter.required = true;
  }
  return COMMENT_HEADER + astToString(await openapiTS(filled));
}

/** The types of what is sent and answered. What has a default may be left out, and so may what the client sets itself. */
export async function toClientTypes(document) {
  const asked = structuredClone(document);
  asked.components.parameters.IdempotencyKey.required = false;
  return COMMENT_HEADER + astToString(await openapiTS(asked, { defaultNonNullable: false }));
}

const head =
  '# Built by `npm run contract` from the parts that lie with their stations, src/<station>/contract.yaml: edit those.\n';

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const root = new URL('../..', import.meta.url);
  const document = bundle(readParts(root));
  const made = {
    'openapi.yaml': head + toYaml(document),
    'src/http/contract.ts': await toTypes(document),
    'src/client/contract.ts': await toClientTypes(document),
  };
  for (const [name, text] of Object.entries(made)) {
    const target = new URL(name, root);
    if (!process.argv.includes('--check')) writeFileSync(target, text);
    else if (readFileSync(target, 'utf8') !== text) {
      console.error(`${name} is not what the contract's parts say: run \`npm run contract\``);
      process.exitCode = 1;
    }
  }
}
