import { readOpenApi } from '../../openapi.ts';
import type { operations } from '../contract.ts';

/** An operation of the contract. */
export type OperationId = keyof operations;

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  /** false: a list's values stand in one text, with commas between */
  explode?: boolean;
  schema: Record<string, unknown>;
}

/** One operation of openapi.yaml, references to parameters and responses resolved (schemas keep theirs). */
export interface Operation {
  id: OperationId;
  method: 'get' | 'post' | 'put' | 'delete';
  /** OpenAPI path, `/v1/items/{item_id}` */
  path: string;
  /** A caller needs one of these scopes, of which every session has `session`; none: open to all. */
  scopes: string[];
  /** May a page ask from its visitor's browser, with a publishable key? */
  isForPages: boolean;
  parameters: Parameter[];
  bodySchema: Record<string, unknown> | undefined;
  /** Media types of a body that is a file, read as it comes; undefined: it is none. */
  uploads: string[] | undefined;
  /** The body is for the handler to read, byte by byte as it came (`x-raw-body`). */
  isRaw: boolean;
  /** The body's list of elements that get a verdict each (`x-own-verdicts`), and the form that an element should have. */
  batch: { field: string; element: Record<string, unknown> } | undefined;
  /** An answer is given within so many seconds, be it that there is none (`x-answers-within`). */
  answersWithin: number;
  /** The work ends when nobody waits for its answer any more (`x-ends-unawaited`): it is told by `Call.gone`. */
  endsUnawaited: boolean;
  /**
   * What is left of whoever writes by it: an entry in the audit, their number by the hour, both (facts that take the place of others), or
   * nothing (`x-trace`).
   */
  trace: 'entry' | 'count' | 'both' | 'none';
  /** Its answer has `said`: what the sentences within it say, which the router adds. */
  isSaid: boolean;
  /** status -> media type -> schema */
  responses: Map<number, Map<string, Record<string, unknown>>>;
}

type Json = Record<string, any>;

/** The contract, read and looked through once. */
export interface ContractDocument {
  json: Json;
  operations: Operation[];
}

const usualSeconds = 5;

let known: ContractDocument | undefined;

/** openapi.yaml, the one truth of what the service speaks; read once a process. */
export function readDocument(): ContractDocument {
  known ??= parseDocument();
  return known;
}

/** What a session may as well says so by rule: only where a session alone is asked for is that a scope of its own. */
function scopesOf(security: Json[]): string[] {
  const ofKeys = security.flatMap((requirement) => requirement['key'] ?? []);
  const isForAnySession = security.some((requirement) => requirement['session']?.length === 0);
  return isForAnySession ? [...ofKeys, 'session'] : ofKeys;
}

/** Elements are `anyOf` their form and anything else. */
function batchOf(bodySchema: Json | undefined): Operation['batch'] {
  for (const [field, schema] of Object.entries<Json>(bodySchema?.['properties'] ?? {})) {
    if (schema['x-own-verdicts']) return { field, element: schema['items'].anyOf[0] };
  }
  return undefined;
}

function uploadsOf(content: Json | undefined): string[] | undefined {
  return content && !content['application/json'] ? Object.keys(content) : undefined;
}

function hasSaid(schema: Json, resolve: (node: Json) => Json): boolean {
  const { properties = {}, allOf = [] } = resolve(schema);
  return Object.hasOwn(properties, 'said') || allOf.some((part: Json) => hasSaid(part, resolve));
}

function parseDocument(): ContractDocument {
  const json: Json = readOpenApi();
  const resolve = (node: Json): Json =>
    typeof node['$ref'] === 'string'
      ? node['$ref']
          .slice(2)
          .split('/')
          .reduce((at: Json, key: string) => at[key], json)
      : node;
  const operations: Operation[] = [];
  for (const [path, entry] of Object.entries<Json>(json['paths'])) {
    for (const method of ['get', 'post', 'put', 'delete'] as const) {
      const operation = entry[method];
      if (!operation) continue;
      operations.push({
        id: operation.operationId,
        method,
        path,
        scopes: scopesOf(operation.security),
        isForPages: operation.security.some((requirement: Json) => requirement['pageKey']),
        parameters: [...(entry['parameters'] ?? []), ...(operation.parameters ?? [])].map(resolve) as Parameter[],
        bodySchema: operation.requestBody?.content['application/json']?.schema,
        uploads: uploadsOf(operation.requestBody?.content),
        isRaw: operation['x-raw-body'] === true,
        batch: batchOf(operation.requestBody?.content['application/json']?.schema),
        answersWithin: operation['x-answers-within'] ?? usualSeconds,
        endsUnawaited: operation['x-ends-unawaited'] ?? false,
        trace: operation['x-trace'] ?? (method === 'get' ? 'none' : 'entry'),
        isSaid: Object.entries<Json>(operation.responses).some(
          ([status, response]) =>
            Number(status) < 300 && hasSaid(resolve(response)['content']?.['application/json']?.schema ?? {}, resolve),
        ),
        responses: new Map(
          Object.entries<Json>(operation.responses).map(([status, response]) => [
            Number(status),
            new Map(
              Object.entries<Json>(resolve(response)['content'] ?? {}).map(([type, media]) => [type, media['schema']]),
            ),
          ]),
        ),
      });
    }
  }
  return { json, operations };
}
