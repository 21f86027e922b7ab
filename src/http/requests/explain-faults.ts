import type { Ajv2020, ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { escapePointer, type FieldFault } from '../../errors.ts';

type Schema = Record<string, any>;

/** What is wrong with a value, a fault a field; `more` where there is more than was looked for. */
export interface Faults {
  told: FieldFault[];
  more: boolean;
}

/**
 * Makes the function that says what is wrong with a value that a schema has refused. Ajv itself could tell all errors, but
 * copies those it has at every reference, which is quadratic in their number, and knows no end. This walks along the value,
 * asks Ajv about one level at a time, looks at sizes before contents, and gives up at `limit` faults.
 * @param ajv stops at its first error, and knows the schemas that references name
 * @param resolve gives the schema that a reference names
 */
export function createExplainer(ajv: Ajv2020, resolve: (reference: string) => Schema) {
  const compiled = new WeakMap<Schema, ValidateFunction>();
  const levels = new WeakMap<Schema, ValidateFunction>();

  function validatorOf(schema: Schema): ValidateFunction {
    const known = compiled.get(schema) ?? ajv.compile(schema);
    compiled.set(schema, known);
    return known;
  }

  /** What a schema says of a value apart from what is inside of it. */
  function levelOf(schema: Schema): ValidateFunction {
    const known = levels.get(schema);
    if (known) return known;
    const level = { ...schema };
    for (const keyword of walked) delete level[keyword];
    const validator = ajv.compile(level);
    levels.set(schema, validator);
    return validator;
  }

  function walk(schema: Schema | boolean, value: unknown, path: string, faults: Collector): void {
    if (faults.isFull || typeof schema === 'boolean') return;
    if (schema['$ref']) walk(resolve(schema['$ref']), value, path, faults);
    const isSoundLevel = levelOf(schema);
    if (!isSoundLevel(value)) {
      for (const error of isSoundLevel.errors ?? []) faults.add(faultOf(error, path));
      return;
    }
    for (const part of schema['allOf'] ?? []) walk(part, value, path, faults);
    for (const keyword of ['anyOf', 'oneOf']) if (schema[keyword]) walkChoice(schema, keyword, value, path, faults);
    if (Array.isArray(value)) walkArray(schema, value, path, faults);
    else if (typeof value === 'object' && value !== null) walkObject(schema, value as Schema, path, faults);
  }

  function walkChoice(schema: Schema, keyword: string, value: unknown, path: string, faults: Collector): void {
    const branches: Schema[] = schema[keyword];
    const fitting = branches.filter((branch) => validatorOf(branch)(value)).length;
    if (fitting === 1 || (fitting > 1 && keyword === 'anyOf')) return;
    const wanted = keyword === 'anyOf' ? 'a schema in anyOf' : 'exactly one schema in oneOf';
    if (fitting === 0) for (const branch of branches) walk(branch, value, path, faults);
    faults.add({ field: path || '/', message: `must match ${wanted}` });
  }

  function walkArray(schema: Schema, values: unknown[], path: string, faults: Collector): void {
    if (schema['items'] === undefined) return;
    for (let index = 0; index < values.length && !faults.isFull; index++) {
      walk(schema['items'], values[index], `${path}/${index}`, faults);
    }
  }

  function walkObject(schema: Schema, fields: Schema, path: string, faults: Collector): void {
    for (const name of schema['required'] ?? []) {
      if (!Object.hasOwn(fields, name))
        faults.add({ field: `${path}/${escapePointer(name)}`, message: 'must be given' });
    }
    const { properties = {}, additionalProperties: others = true, propertyNames: names = true } = schema;
    for (const name of Object.keys(fields)) {
      if (faults.isFull) return;
      const at = `${path}/${escapePointer(name)}`;
      walk(names, name, at, faults);
      if (Object.hasOwn(properties, name)) walk(properties[name], fields[name], at, faults);
      else if (others === false) faults.add({ field: at, message: 'is not a known field' });
      else walk(others, fields[name], at, faults);
    }
  }

  return (schema: Schema, value: unknown, limit: number): Faults => {
    const faults = new Collector(limit);
    walk(schema, value, '', faults);
    if (faults.told.length === 0) {
      const validate = validatorOf(schema);
      if (!validate(value)) for (const error of validate.errors ?? []) faults.add(faultOf(error, ''));
    }
    return { told: faults.told, more: faults.more };
  };
}

/** Keywords that the walk follows by itself. */
const walked = [
  '$ref',
  'allOf',
  'anyOf',
  'oneOf',
  'items',
  'properties',
  'required',
  'additionalProperties',
  'propertyNames',
  'unevaluatedProperties',
  'unevaluatedItems',
];

/** Faults by field, the first of each; it takes one more than it tells, to know that there is more. */
class Collector {
  readonly told: FieldFault[] = [];
  more = false;
  private readonly fields = new Set<string>();
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  get isFull(): boolean {
    return this.more;
  }

  add(fault: FieldFault): void {
    if (this.fields.has(fault.field)) return;
    if (this.told.length >= this.limit) {
      this.more = true;
      return;
    }
    this.fields.add(fault.field);
    this.told.push(fault);
  }
}

function faultOf(error: ErrorObject, path: string): FieldFault {
  const { keyword, params, message } = error;
  const field = `${path}${error.instancePath}`;
  if (keyword === 'required') {
    return { field: `${field}/${escapePointer(params['missingProperty'])}`, message: 'must be given' };
  }
  if (keyword === 'additionalProperties') {
    return { field: `${field}/${escapePointer(params['additionalProperty'])}`, message: 'is not a known field' };
  }
  if (keyword === 'enum')
    return { field: field || '/', message: `must be one of ${params['allowedValues'].join(', ')}` };
  if (keyword === 'format' && params['format'] === 'date-time') {
    return { field: field || '/', message: 'must be an RFC 3339 date and time with a zone, in the years 1970 to 2199' };
  }
  if (keyword === 'format' && params['format'] === 'date') {
    return { field: field || '/', message: 'must be a date as 2026-03-29, in the years 1970 to 2199' };
  }
  return { field: field || '/', message: message ?? 'is not valid' };
}
