import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { projectPath } from '../../../project.ts';
import { createTimeReader } from '../reading/time.ts';
import type { ElementKind } from './element-fields.ts';

/** Does an element have the form that the API demands of it? */
export type ContractCheck = (element: unknown) => boolean;
export type ContractChecks = Record<ElementKind | 'refunds', ContractCheck>;

const schemas: Record<keyof ContractChecks, string> = {
  items: 'Item',
  customers: 'Customer',
  events: 'Event',
  orders: 'Order',
  refunds: 'Refund',
};

/** Checks against the contract's schemas, so that a row of a file is held to what a request is held to. */
export function createContractChecks(): ContractChecks {
  const { components } = parse(readFileSync(projectPath('openapi.yaml'), 'utf8'));
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv, ['uuid']);
  const readTime = createTimeReader('UTC', 'iso');
  ajv.addFormat('date-time', (text) => /(Z|[+-]\d\d:\d\d)$/i.test(text) && readTime(text) !== undefined);
  ajv.addSchema({ $id: 'contract', components });
  const check = (kind: keyof ContractChecks): ContractCheck => {
    const validate = ajv.compile({ $ref: `contract#/components/schemas/${schemas[kind]}` });
    return (element) => isStorable(element) && validate(element);
  };
  return {
    items: check('items'),
    customers: check('customers'),
    events: check('events'),
    orders: check('orders'),
    refunds: check('refunds'),
  };
}

/** Postgres refuses NUL, and lone surrogates have no UTF-8. */
function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('\0') && value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, field]) => name !== '__proto__' && isStorable(name) && isStorable(field));
}
