import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { escapePointer, type FieldFault } from '../errors.ts';
import type { ContractDocument, Operation } from './document.ts';

const maximumDepth = 12;
const maximumFaults = 50;

/** The validators of one operation, compiled once from the contract. */
export interface OperationValidator {
  /** Coerces and checks path, query and header parameters in place. */
  parameters(values: Record<string, unknown>): FieldFault[];
  body(value: unknown): FieldFault[];
}

export type ValidatorFactory = (operation: Operation) => OperationValidator;

/** Prepares validation against the contract's schemas. A validator costs microseconds a request. */
export function createValidators(document: ContractDocument): ValidatorFactory {
  const strict = newAjv({ coerceTypes: false });
  const coercing = newAjv({ coerceTypes: true });
  for (const ajv of [strict, coercing]) ajv.addSchema({ $id: 'contract', components: document.json['components'] });

  return (operation) => {
    const properties: Record<string, unknown> = {};
    const required: string[] = [];
    for (const parameter of operation.parameters) {
      const name = parameter.in === 'header' ? parameter.name.toLowerCase() : parameter.name;
      properties[name] = absoluteReferences(parameter.schema);
      if (parameter.required) required.push(name);
    }
    const validateParameters = coercing.compile({ type: 'object', properties, required, additionalProperties: false });
    const validateBody = operation.bodySchema && strict.compile(absoluteReferences(operation.bodySchema) as object);
    return {
      parameters(values) {
        const isUsable = Object.values(values).every(isStorable);
        const faults = isUsable ? faultsOf(validateParameters, values) : unstorableFields(values, '');
        return faults.map((fault) => ({ ...fault, field: fault.field.slice(1) }));
      },
      body(value) {
        const unstorable = unstorableFields(value, '');
        if (unstorable.length > 0) return unstorable;
        return validateBody ? faultsOf(validateBody, value) : [];
      },
    };
  };
}

/** For tests: does a response body keep to the contract? */
export function createResponseValidator(document: ContractDocument): (schema: object, body: unknown) => FieldFault[] {
  const ajv = newAjv({ coerceTypes: false });
  ajv.addSchema({ $id: 'contract', components: document.json['components'] });
  const compiled = new Map<object, ValidateFunction>();
  return (schema, body) => {
    const validate = compiled.get(schema) ?? ajv.compile(absoluteReferences(schema) as object);
    compiled.set(schema, validate);
    return faultsOf(validate, body);
  };
}

function newAjv(options: { coerceTypes: boolean }): Ajv2020 {
  const ajv = new Ajv2020({ ...options, allErrors: true, useDefaults: true, strict: false, discriminator: false });
  addFormats.default(ajv, ['uuid']);
  ajv.addFormat('date-time', { type: 'string', validate: isDateTime });
  return ajv;
}

/** RFC 3339 with a zone, a date that exists, in years that every part of the service can hold. */
function isDateTime(text: string): boolean {
  const parts = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:[Zz]|[+-](\d\d):(\d\d))$/.exec(text);
  if (!parts) return false;
  const [year, month, day, hour, minute, second, zoneHour, zoneMinute] = parts
    .slice(1)
    .map((part) => Number(part ?? 0));
  if (year! < 1970 || year! > 2199 || hour! > 23 || minute! > 59 || second! > 59) return false;
  if (zoneHour! > 14 || zoneMinute! > 59 || month! < 1 || month! > 12) return false;
  return day! >= 1 && day! <= new Date(Date.UTC(year!, month!, 0)).getUTCDate();
}

/** `#/components/…` inside the document is `contract#/components/…` outside it. */
function absoluteReferences(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(absoluteReferences);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key,
      key === '$ref' && typeof value === 'string' ? value.replace(/^#/, 'contract#') : absoluteReferences(value),
    ]),
  );
}

function faultsOf(validate: ValidateFunction, value: unknown): FieldFault[] {
  if (validate(value)) return [];
  const faults = new Map<string, FieldFault>();
  for (const error of validate.errors ?? []) {
    const fault = faultOf(error);
    if (fault && !faults.has(fault.field)) faults.set(fault.field, fault);
    if (faults.size >= maximumFaults) break;
  }
  return [...faults.values()];
}

function faultOf(error: ErrorObject): FieldFault {
  const { instancePath, keyword, params, message } = error;
  if (keyword === 'required') {
    return { field: `${instancePath}/${escapePointer(params['missingProperty'])}`, message: 'is required' };
  }
  if (keyword === 'additionalProperties') {
    return { field: `${instancePath}/${escapePointer(params['additionalProperty'])}`, message: 'is not a known field' };
  }
  if (keyword === 'enum') {
    return { field: instancePath || '/', message: `must be one of ${params['allowedValues'].join(', ')}` };
  }
  if (keyword === 'format' && params['format'] === 'date-time') {
    return { field: instancePath, message: 'must be an RFC 3339 date and time with a zone, in the years 1970 to 2199' };
  }
  return { field: instancePath || '/', message: message ?? 'is not valid' };
}

/** Postgres refuses NUL, and lone surrogates have no UTF-8. */
function isStorable(value: unknown): boolean {
  return typeof value !== 'string' || (!value.includes('\0') && value.isWellFormed());
}

/** What no field may hold: NUL, lone surrogates, too deep nesting, a property that would become a prototype. */
function unstorableFields(value: unknown, path: string, depth = 0, faults: FieldFault[] = []): FieldFault[] {
  if (faults.length >= maximumFaults) return faults;
  if (typeof value === 'string') {
    if (!isStorable(value)) faults.push({ field: path || '/', message: 'must be well-formed text without NUL' });
  } else if (typeof value === 'object' && value !== null) {
    if (depth >= maximumDepth) {
      faults.push({ field: path, message: `is nested deeper than ${maximumDepth} levels` });
    } else if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index++)
        unstorableFields(value[index], `${path}/${index}`, depth + 1, faults);
    } else {
      for (const key of Object.keys(value)) {
        const at = `${path}/${escapePointer(isStorable(key) ? key : key.toWellFormed().replaceAll('\0', '\u2400'))}`;
        if (!isStorable(key) || key === '__proto__') faults.push({ field: at, message: 'is not a usable name' });
        else unstorableFields((value as Record<string, unknown>)[key], at, depth + 1, faults);
      }
    }
  }
  return faults;
}
