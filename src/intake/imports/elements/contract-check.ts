import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { readOpenApi } from '../../../openapi.ts';
import { createTimeReader } from '../reading/time.ts';
import type { ElementKind } from './element-fields.ts';

/** Where an element has not the form that the API demands of it. */
export interface ContractFault {
  /** The element's own field; empty for the element itself. */
  field: string;
  expected: string;
}

/** The first fault of an element; undefined for one that follows the contract. */
export type ContractCheck = (element: unknown) => ContractFault | undefined;
export type ContractChecks = Record<ElementKind, ContractCheck>;

const schemas: Record<keyof ContractChecks, string> = {
  items: 'Item',
  customers: 'Customer',
  events: 'Event',
  orders: 'Order',
  refunds: 'Refund',
  costs: 'Cost',
  'market-figures': 'MarketFigure',
};

/** Checks against the contract's schemas, so that a row of a file is held to what a request is held to. */
export function createContractChecks(): ContractChecks {
  const { components } = readOpenApi();
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv, ['uuid']);
  const readTime = createTimeReader('UTC', 'iso');
  ajv.addFormat('date-time', (text) => /(Z|[+-]\d\d:\d\d)$/i.test(text) && readTime(text) !== undefined);
  ajv.addFormat('date', (text) => /^\d{4}-\d\d-\d\d$/.test(text) && readTime(`${text}T00:00:00Z`) !== undefined);
  ajv.addSchema({ $id: 'contract', components });
  const check = (kind: keyof ContractChecks): ContractCheck => {
    const validate = ajv.compile({ $ref: `contract#/components/schemas/${schemas[kind]}` });
    return (element) => {
      const unstorable = findUnstorable(element);
      if (unstorable !== undefined) return { field: unstorable, expected: 'text without NUL and lone surrogates' };
      return validate(element) ? undefined : describe(validate.errors ?? []);
    };
  };
  return {
    items: check('items'),
    customers: check('customers'),
    events: check('events'),
    orders: check('orders'),
    refunds: check('refunds'),
    costs: check('costs'),
    'market-figures': check('market-figures'),
  };
}

/** Of the errors of alternatives the last one tells of all. */
function describe(errors: readonly ErrorObject[]): ContractFault {
  const error = errors.at(-1)!;
  const { keyword, params, instancePath } = error;
  const [, name = '', ...deeper] = instancePath.split('/');
  // A file has a page in columns.
  const field = name === 'page' ? [name, ...deeper].join('.') : name;
  if (keyword === 'required')
    return { field: field || params['missingProperty'], expected: `a value: ${params['missingProperty']} is needed` };
  if (keyword === 'additionalProperties')
    return { field: field || params['additionalProperty'], expected: 'no such field' };
  if (keyword === 'enum') return { field, expected: `one of ${params['allowedValues'].join(', ')}` };
  const missing = errors
    .filter((other) => other.keyword === 'required')
    .map((other) => other.params['missingProperty']);
  if (keyword === 'anyOf' && field === '' && missing.length > 0)
    return { field: missing[0]!, expected: `one of ${missing.join(' or ')} is needed` };
  const told = keyword === 'anyOf' ? (errors[0] ?? error) : error;
  return { field, expected: `a value that ${told.message ?? 'follows the contract'}` };
}

/** Postgres refuses NUL, and lone surrogates have no UTF-8. @returns the first field that has one */
function findUnstorable(element: unknown): string | undefined {
  if (typeof element !== 'object' || element === null) return isStorable(element) ? undefined : '';
  for (const [name, field] of Object.entries(element)) {
    if (name === '__proto__' || !isStorable(name) || !isStorable(field)) return name;
  }
  return undefined;
}

function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('\0') && value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, field]) => name !== '__proto__' && isStorable(name) && isStorable(field));
}
