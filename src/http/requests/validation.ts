import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { escapePointer, type FieldFault, mostFaults } from '../../errors.ts';
import { usualMoment } from '../../formats/moment.ts';
import type { ContractDocument, Operation } from '../document/document.ts';
import { createExplainer, type Faults } from './explain-faults.ts';
import { createExactNumbers, type ExactNumbers } from './numbers.ts';

const maximumDepth = 12;
/** Of one object: looking at each of hundreds of thousands takes a second. */
const mostFields = 10_000;
const mostFaultsOfElement = 10;

/** The validators of one operation, each compiled from the contract when it is first asked: all of them take a third of a second. */
export interface OperationValidator {
  /**
   * Coerces and checks path, query and header parameters in place.
   * @param toldAlready faults of parameters that were found when they were read
   */
  parameters(values: Record<string, unknown>, toldAlready?: readonly FieldFault[]): Faults;
  /** Of a batch only what is around its elements. */
  body(value: unknown): Faults;
  /** The elements of a sound batch that have not the contract's form, by their index: what is wrong inside of each. */
  malformed(body: unknown): Map<number, FieldFault[]>;
  /** Whether a body has all of the contract's form, also what the contract leaves to stations to tell in their own words. */
  isWhole(body: unknown): boolean;
}

export type ValidatorFactory = (operation: Operation) => OperationValidator;

const sound: Faults = { told: [], more: false };

const made = new WeakMap<ContractDocument, Map<number, ValidatorFactory>>();

/**
 * Prepares validation against the contract's schemas. A validator costs microseconds a request, and much to make: shops of one process
 * with currencies of as many digits have the same.
 */
export function createValidators(document: ContractDocument, minorDigits: number): ValidatorFactory {
  const ofDigits = made.get(document) ?? new Map<number, ValidatorFactory>();
  made.set(document, ofDigits);
  const known = ofDigits.get(minorDigits) ?? keepByOperation(makeValidators(document, minorDigits));
  ofDigits.set(minorDigits, known);
  return known;
}

function keepByOperation(make: ValidatorFactory): ValidatorFactory {
  const kept = new Map<Operation, OperationValidator>();
  return (operation) => {
    const validator = kept.get(operation) ?? make(operation);
    kept.set(operation, validator);
    return validator;
  };
}

function makeValidators(document: ContractDocument, minorDigits: number): ValidatorFactory {
  const strict = createChecks(document, { coerceTypes: false });
  const whole = createWholeCheck(document);
  const coercing = createChecks(document, { coerceTypes: true });

  return (operation) => {
    const properties: Record<string, unknown> = {};
    const required: string[] = [];
    for (const parameter of operation.parameters) {
      const name = parameter.in === 'header' ? parameter.name.toLowerCase() : parameter.name;
      properties[name] = parameter.schema;
      if (parameter.required) required.push(name);
    }
    const numbers = operation.parameters.filter(({ schema }) =>
      ['integer', 'number'].includes(schema['type'] as string),
    );
    const checkContents = contentCheck(operation, strict, (schema) => exactNumbers(document, schema, minorDigits));
    const checkParameters = coercing({ type: 'object', properties, required, additionalProperties: false });
    const { batch, bodySchema } = operation;
    const exactBody = bodySchema && once(() => exactNumbers(document, withoutBatch(bodySchema, batch), minorDigits));
    const exactElement = batch && once(() => exactNumbers(document, batch.element, minorDigits));
    const checkBody = bodySchema && strict(batch ? envelopeOf(bodySchema, batch.field) : bodySchema);
    const checkElement = batch && strict(batch.element);
    return {
      parameters(values, toldAlready = []) {
        const odd = numbers.filter(({ name }) => typeof values[name] === 'string' && !isPlain(values[name]));
        const isUsable = toldAlready.length + odd.length === 0 && Object.values(values).every(isStorableValue);
        if (isUsable) {
          const faults = checkParameters(values, mostFaults);
          return named(faults.told.length > 0 ? faults : checkContents(values));
        }
        const unstorable = named(unstorableFields(values, mostFaults)).told;
        const told = [...toldAlready, ...odd.map(({ name }) => ({ field: name, message: notPlain })), ...unstorable];
        // What has been told of is neither judged again nor missing.
        const aside = new Set(told.map(({ field }) => field.split('/', 1)[0]));
        const others = Object.entries(values).filter(([name]) => !aside.has(name));
        const rest = named(checkParameters(Object.fromEntries(others), mostFaults));
        return firstOfEach([...told, ...rest.told.filter(({ field }) => !aside.has(field))]);
      },
      body(value) {
        const checked = batch ? withoutElements(value, batch.field) : value;
        if (!isStorableWhole(checked, maximumDepth)) return unstorableFields(checked, mostFaults);
        if (!checkBody || !exactBody) return sound;
        const { told, more } = exactFirst(value, exactBody(), checkBody);
        return { told, more };
      },
      malformed(body) {
        const malformed = new Map<number, FieldFault[]>();
        if (!batch || !checkElement || !exactElement) return malformed;
        const elements = (body as Record<string, unknown[]>)[batch.field] ?? [];
        for (const [index, element] of elements.entries()) {
          let faults: Faults;
          if (isStorableWhole(element, maximumDepth - 2)) {
            const exact = exactFirst(element, exactElement(), checkElement, mostFaultsOfElement);
            // One that is an id by itself is a text from now on.
            if (typeof element === 'number') elements[index] = exact.body;
            faults = exact;
          } else faults = unstorableFields(element, mostFaultsOfElement, maximumDepth - 2);
          if (faults.told.length > 0) malformed.set(index, toldOfElement(faults));
        }
        return malformed;
      },
      isWhole: (body) => bodySchema === undefined || whole(bodySchema, body),
    };
  };
}

/** Numbers that are exact become texts before the form is checked; those that are not are told in words of their own. */
function exactFirst(value: unknown, exact: ExactNumbers, check: Check, most = mostFaults): Faults & { body: unknown } {
  const { body, faults: inexact } = exact(value, most);
  const checked = check(body, most);
  if (inexact.length === 0) return { told: checked.told, more: checked.more, body };
  const all = firstOfEach([...inexact, ...checked.told]);
  return { body, told: all.told.slice(0, most), more: all.more || checked.more || all.told.length > most };
}

function exactNumbers(document: ContractDocument, schema: object, minorDigits: number): ExactNumbers {
  const resolve = (reference: string) =>
    reference
      .slice(2)
      .split('/')
      .reduce((at: any, name) => at[name], document.json);
  return createExactNumbers(schema, resolve, minorDigits);
}

/** The elements of a batch are looked at one by one. */
function withoutBatch(schema: Record<string, unknown>, batch: Operation['batch']): Record<string, unknown> {
  return batch ? envelopeOf(schema, batch.field) : schema;
}

/** Parameters that hold JSON (`contentSchema`) are read, checked as a body is, and take the place of their text. */
function contentCheck(
  operation: Operation,
  checks: (schema: object) => Check,
  exact: (schema: object) => ExactNumbers,
) {
  const contents = operation.parameters.flatMap(({ name, schema }) =>
    schema['contentSchema']
      ? [{ name, check: checks(schema['contentSchema'] as object), exactly: exact(schema['contentSchema'] as object) }]
      : [],
  );
  return (values: Record<string, unknown>): Faults => {
    for (const { name, check, exactly } of contents) {
      const text = values[name];
      if (typeof text !== 'string') continue;
      const value = parsed(text);
      if (value === undefined) return { told: [{ field: `/${name}`, message: 'must be JSON' }], more: false };
      const { told, more } = isStorableWhole(value, maximumDepth)
        ? exactFirst(value, exactly, check)
        : unstorableFields(value, mostFaults);
      const fieldOf = (field: string) => `/${name}${field === '/' ? '' : field}`;
      if (told.length > 0)
        return { told: told.map(({ field, message }) => ({ field: fieldOf(field), message })), more };
      values[name] = value;
    }
    return sound;
  };
}

/** undefined: it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** As a person writes a number: no exponent, no other base, no sign of plus, nothing around it. */
function isPlain(text: string): boolean {
  return /^-?\d+(\.\d+)?$/.test(text);
}

const notPlain = 'must be a plain decimal number';

/** A parameter is a text, or a list of texts. */
function isStorableValue(value: unknown): boolean {
  return isStorableWhole(value, 2);
}

/** Parameters are named, where a body's fields are pointed at. */
function named({ told, more }: Faults): Faults {
  return told.length === 0 ? sound : { told: told.map((fault) => ({ ...fault, field: fault.field.slice(1) })), more };
}

function firstOfEach(faults: readonly FieldFault[]): Faults {
  const byField = new Map<string, FieldFault>();
  for (const fault of faults) if (!byField.has(fault.field)) byField.set(fault.field, fault);
  const told = [...byField.values()];
  return { told: told.slice(0, mostFaults), more: told.length > mostFaults };
}

function toldOfElement({ told, more }: Faults): FieldFault[] {
  return more ? [...told, { field: '/', message: `has more than these ${mostFaultsOfElement} faults` }] : told;
}

function envelopeOf(schema: Record<string, any>, field: string): Record<string, unknown> {
  const { items: _, ...array } = schema['properties'][field];
  return { ...schema, properties: { ...schema['properties'], [field]: array } };
}

/** The elements themselves are looked at one by one. */
function withoutElements(body: unknown, field: string): unknown {
  if (typeof body !== 'object' || body === null || !Array.isArray((body as Record<string, unknown>)[field]))
    return body;
  return { ...body, [field]: [] };
}

/** For tests: does a response body keep to the contract? */
export function createResponseValidator(document: ContractDocument): (schema: object, body: unknown) => FieldFault[] {
  const checks = createChecks(document, { coerceTypes: false });
  const known = new Map<object, Check>();
  return (schema, body) => {
    const check = known.get(schema) ?? checks(schema);
    known.set(schema, check);
    return check(body, mostFaults).told;
  };
}

type Check = (value: unknown, limit: number) => Faults;

/** Makes checks of values by schemas of the document: whether a value is sound is Ajv's to say, at its first error. */
function createChecks(document: ContractDocument, options: { coerceTypes: boolean }): (schema: object) => Check {
  const prepare = once(() => {
    const ajv = newAjv(options);
    const { formOf, find } = createForms(ajv, document, isNotChecked);
    return { ajv, formOf, explain: createExplainer(ajv, find) };
  });
  return (relative) => {
    const compile = once(() => {
      const { ajv, formOf } = prepare();
      const schema = formOf(relative) as object;
      const validate: ValidateFunction = ajv.compile(schema);
      return { schema, validate };
    });
    return (value, limit) => {
      const { schema, validate } = compile();
      return validate(value) ? sound : prepare().explain(schema, value, limit);
    };
  };
}

function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Says whether a value keeps to all that a schema states; compiled when first asked, which is after a refusal only. */
function createWholeCheck(document: ContractDocument): (schema: object, value: unknown) => boolean {
  const compiled = new Map<object, ValidateFunction>();
  const prepare = once(() => {
    const ajv = newAjv({ coerceTypes: false });
    return { ajv, ...createForms(ajv, document, () => false) };
  });
  return (schema, value) => {
    const { ajv, formOf } = prepare();
    const validate = compiled.get(schema) ?? ajv.compile(formOf(schema) as object);
    compiled.set(schema, validate);
    return validate(value) === true;
  };
}

type IsLeftOut = (node: Record<string, any>, key: string) => boolean;

/**
 * Requests are checked without the keywords of a schema that it leaves to a station's own words (`x-own-words`), and with the check of
 * `date-time`, whose words are better than those of the pattern that states the same.
 */
const isNotChecked: IsLeftOut = (node, key) =>
  (key === 'pattern' && node['format'] === 'date-time') || node['x-own-words']?.includes(key);

/** Copies of the document's schemas, without what is left out, that refer to one another by names which Ajv knows by then. */
function createForms(ajv: Ajv2020, { json }: ContractDocument, isLeftOut: IsLeftOut) {
  const known = new Map<string, any>();
  /** To know all of the contract would cost every start a tenth of its time. */
  const learn = (reference: string): string => {
    const [, , section, component] = reference.split('/');
    const name = `${section}-${component}`;
    if (known.has(name)) return name;
    // It may refer to itself.
    known.set(name, undefined);
    const form = formOf(json['components'][section][component]);
    known.set(name, form);
    ajv.addSchema(form as object, name);
    return name;
  };
  const formOf = (schema: unknown): unknown => {
    if (Array.isArray(schema)) return schema.map(formOf);
    if (typeof schema !== 'object' || schema === null) return schema;
    const copy: Record<string, unknown> = {};
    for (const [key, inner] of Object.entries(schema)) {
      if (isLeftOut(schema, key)) continue;
      copy[key] = key === '$ref' && typeof inner === 'string' ? learn(inner) : formOf(inner);
    }
    return copy;
  };
  return { formOf, find: (name: string) => known.get(name) };
}

function newAjv(options: { coerceTypes: boolean }): Ajv2020 {
  const ajv = new Ajv2020({
    ...options,
    useDefaults: true,
    strict: false,
    // That the contract's schemas are schemas is for its tests to say, not for every start.
    validateSchema: false,
    discriminator: false,
    multipleOfPrecision: 9,
  });
  addFormats.default(ajv, ['uuid']);
  ajv.addFormat('date-time', { type: 'string', validate: isDateTime });
  ajv.addFormat('date', { type: 'string', validate: isDate });
  return ajv;
}

/** A date that exists, in the same years. */
function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && isDateTime(`${text}T00:00:00Z`);
}

const afterLastYear = Date.UTC(2200, 0);

/** RFC 3339 with a zone, a date that exists, in years that every part of the service can hold. */
function isDateTime(text: string): boolean {
  const usual = usualMoment(text);
  if (usual !== undefined) return usual >= 0 && usual < afterLastYear;
  const parts = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:[Zz]|[+-](\d\d):(\d\d))$/.exec(text);
  if (!parts) return false;
  const [year, month, day, hour, minute, second, zoneHour, zoneMinute] = parts
    .slice(1)
    .map((part) => Number(part ?? 0));
  if (year < 1970 || year > 2199 || hour > 23 || minute > 59 || second > 59) return false;
  if (zoneHour > 14 || zoneMinute > 59 || month < 1 || month > 12) return false;
  return day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** Postgres refuses NUL, and lone surrogates have no UTF-8. */
function isStorable(value: unknown): boolean {
  return typeof value !== 'string' || (!value.includes('\0') && value.isWellFormed());
}

/** Has a value nothing that no field may hold? */
function isStorableWhole(value: unknown, levels: number): boolean {
  if (typeof value === 'string') return isStorable(value);
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  if (Array.isArray(value)) return value.every((element) => isStorableWhole(element, levels - 1));
  const keys = Object.keys(value);
  if (keys.length > mostFields) return false;
  return keys.every(
    (key) =>
      key !== '__proto__' && isStorable(key) && isStorableWhole((value as Record<string, unknown>)[key], levels - 1),
  );
}

/** What no field may hold: NUL, lone surrogates, too deep nesting, a property that would become a prototype. */
function unstorableFields(whole: unknown, limit: number, maximum = maximumDepth): Faults {
  const told: FieldFault[] = [];
  let more = false;
  const add = (field: string, message: string) => {
    if (told.length < limit) told.push({ field, message });
    else more = true;
  };
  const visit = (value: unknown, path: string, depth: number): void => {
    if (more) return;
    if (typeof value === 'string') {
      if (!isStorable(value)) add(path || '/', 'must be well-formed text without NUL');
    } else if (typeof value === 'object' && value !== null) {
      if (depth >= maximum) add(path, `is nested deeper than ${maximum} levels`);
      else if (Array.isArray(value)) {
        for (let index = 0; index < value.length && !more; index++) visit(value[index], `${path}/${index}`, depth + 1);
      } else {
        const keys = Object.keys(value);
        if (keys.length > mostFields) add(path || '/', `has more than ${mostFields} fields`);
        for (const key of keys.length > mostFields ? [] : keys) {
          const at = `${path}/${escapePointer(isStorable(key) ? key : key.toWellFormed().replaceAll('\0', '\u2400'))}`;
          if (!isStorable(key) || key === '__proto__') add(at, 'is not a usable name');
          else visit((value as Record<string, unknown>)[key], at, depth + 1);
          if (more) return;
        }
      }
    }
  };
  visit(whole, '', 0);
  return { told, more };
}
