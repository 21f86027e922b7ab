import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { letBodyTakeItsTime, limitBody } from '../../../src/http/requests/body-limit.ts';
import { openUpload } from '../../../src/http/requests/upload.ts';

const requestOf = (chunks: Iterable<Buffer>, headers: Record<string, string>) =>
  Object.assign(Readable.from(chunks), { headers }) as unknown as IncomingMessage;
const chunk = Buffer.alloc(1_000);

// Would see: a body without a stated length that is read on and on.
test('a file that grows beyond the bound is read no further', async () => {
  let given = 0;
  function* endless() {
    for (;;) {
      given++;
      yield chunk;
    }
  }
  const { chunks } = openUpload(requestOf(endless(), { 'content-type': 'text/csv' }), ['text/csv'], 10_000);
  const read = async () => {
    for await (const _ of chunks);
  };
  await expect(read()).rejects.toMatchObject({ code: 'payload_too_large' });
  expect(given).toBeLessThan(40);
});

describe('a body has to come in time', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const awaited = (headers: Record<string, string>) => {
    const late = jest.fn();
    const request = Object.assign(new EventEmitter(), { headers, complete: false }) as unknown as IncomingMessage;
    limitBody(request, late);
    return { request, late };
  };

  // Would see: a slow client that holds a connection for half an hour, or a file that is cut after 18 seconds.
  test('within 18 seconds, unless it is a file, has come, or there is none', () => {
    const [slow, file, whole, none] = Array.from({ length: 4 }, (_, n) =>
      awaited(n === 3 ? {} : { 'transfer-encoding': 'chunked' }),
    );
    letBodyTakeItsTime(file.request);
    whole.request.complete = true;
    jest.advanceTimersByTime(17_000);
    expect(slow.late).not.toHaveBeenCalled();
    jest.advanceTimersByTime(2_000);
    expect([slow, file, whole, none].map(({ late }) => late.mock.calls.length)).toEqual([1, 0, 0, 0]);
  });
});
