import { request as httpRequest } from 'node:http';
import { type OperationId, readDocument } from '../../../src/http/index.ts';
import { createResponseValidator } from '../../../src/http/requests/validation.ts';

const document = readDocument();
const validate = createResponseValidator(document);
export const operations = document.operations;
export const contractJson = document.json;

export interface Answer {
  status: number;
  contentType: string;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  json: any;
}

/** Sends a request exactly as given: nothing in the path is normalised. */
export function send(
  url: string,
  options: {
    method: string;
    path: string;
    headers?: Record<string, string>;
    body?: string | Buffer;
    timeoutMs?: number;
  },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const request = httpRequest(
      { hostname, port, method: options.method, path: options.path, headers: options.headers },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const contentType = response.headers['content-type'] ?? '';
          const json = /json/.test(contentType) && !/ndjson/.test(contentType) ? JSON.parse(text) : undefined;
          resolve({ status: response.statusCode!, contentType, headers: response.headers, text, json });
        });
      },
    );
    request.setTimeout(options.timeoutMs ?? 15_000, () => request.destroy(new Error('no answer in time')));
    // A server that refuses a large body may close while we still write it; its answer counts.
    request.once('error', (error) => reject(error));
    request.end(options.body);
  });
}

/** What is wrong with an answer by the contract: an undocumented status or media type, or a body off its schema. */
export function contractFaults(id: OperationId, answer: Answer): string[] {
  const operation = operations.find((operation) => operation.id === id)!;
  const response = operation.responses.get(answer.status);
  if (!response) return [`status ${answer.status} is not documented for ${id}: ${answer.text.slice(0, 300)}`];
  const mediaType = answer.contentType.split(';')[0];
  const schema = response.get(mediaType);
  if (!schema) return [`${mediaType} is not documented for ${id} ${answer.status}`];
  if (answer.json === undefined) return [];
  const faults = validate(schema, answer.json).map(
    (fault) => `${id} ${answer.status} ${fault.field} ${fault.message}: ${answer.text.slice(0, 300)}`,
  );
  const long = figuresIn(answer.json).filter(({ digits }) => digits > 6);
  return [...faults, ...long.map(({ at, value }) => `${id} ${answer.status} ${at} has more than six digits: ${value}`)];
}

const sent = ['attributes', 'definition', 'raw', 'recipe', 'recipes'];

/** The numbers of an answer that are no whole ones, apart from what somebody sent, with their significant digits. */
export function figuresIn(json: unknown, at = ''): { at: string; value: number; digits: number }[] {
  if (typeof json === 'number') {
    if (Number.isInteger(json)) return [];
    const written = String(json).replace(/e.*$/, '').replace(/[-.]/g, '').replace(/^0+/, '');
    return [{ at, value: json, digits: written.length }];
  }
  if (typeof json !== 'object' || json === null) return [];
  return Object.entries(json).flatMap(([name, value]) =>
    sent.includes(name) ? [] : figuresIn(value, `${at}/${name}`),
  );
}

/** Calls an operation and fails the test where the answer is off the contract. */
export async function call(
  url: string,
  id: OperationId,
  request: {
    path?: Record<string, string | number>;
    query?: string;
    headers?: Record<string, string>;
    body?: unknown;
  } = {},
): Promise<Answer> {
  const operation = operations.find((operation) => operation.id === id)!;
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(request.path?.[name])));
  const answer = await send(url, {
    method: operation.method.toUpperCase(),
    path: request.query ? `${path}?${request.query}` : path,
    headers: {
      ...(request.body !== undefined && { 'Content-Type': 'application/json' }),
      ...request.headers,
    },
    body: request.body === undefined ? undefined : JSON.stringify(request.body),
  });
  const faults = contractFaults(id, answer);
  if (faults.length > 0) throw new Error(`The answer is off the contract:\n${faults.join('\n')}`);
  return answer;
}
