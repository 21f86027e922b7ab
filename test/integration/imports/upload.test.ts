import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Scope } from '../../../src/keys/index.ts';
import { projectPath } from '../../../src/project.ts';
import { type Answer, contractFaults, send } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { until } from '../../support/shops/training-shop.ts';

let service: TestService;
beforeAll(async () => {
  service = await createTestService();
});
afterAll(() => service.stop());

interface Sent {
  query?: Record<string, string>;
  type?: string;
  headers?: Record<string, string>;
  scope?: Scope;
}

async function upload(body: string | Buffer, { query = {}, type = 'text/csv', headers, scope = 'ingest' }: Sent = {}) {
  const answer: Answer = await send(service.url, {
    method: 'POST',
    path: `/v1/imports?${new URLSearchParams({ kind: 'items', ...query })}`,
    headers: { ...service.as(scope), 'Content-Type': type, ...headers },
    body,
  });
  expect(contractFaults('importFile', answer)).toEqual([]);
  return answer;
}

/** How it ended, where a busy machine answered before it had. */
async function ended({ status, json }: Answer) {
  if (status !== 202) return { status, ...json };
  const path = `/v1/imports/${json.import_id}`;
  const record = await until(async () => {
    const now = (await service.ask('ingest', 'GET', path)).json;
    return now.status !== 'running' && now;
  });
  return { ...record, ...record.problem };
}

const imports = async () => (await service.ask('ingest', 'GET', '/v1/imports?limit=200')).json.items;
const item = async (id: string) => (await service.ask('recommend', 'GET', `/v1/items/${id}`)).json;
const asides = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('pannier-upload-'));
/** Other suites set files of theirs aside at the same time: those come and go. */
const beyond = async (before: string[]) => (await asides()).filter((name) => !before.includes(name));
const nothingBeyond = (before: string[]) => until(async () => (await beyond(before)).length === 0, 20_000);
const fieldOf = ({ status, json }: Answer) => [status, json.errors?.[0]?.field];

describe('a file that comes over HTTP', () => {
  // Would see: an export that has to be mapped, or of whose kinds only the first is taken in.
  test('may be an export of a platform, as it is and of no named kind', async () => {
    const file = readFileSync(projectPath('test', 'fixtures', 'exports', 'hosted', 'shopify-discounts.csv'));
    const answer: Answer = await send(service.url, {
      method: 'POST',
      path: '/v1/imports?file=shop.csv',
      headers: { ...service.as('ingest'), 'Content-Type': 'application/octet-stream' },
      body: file,
    });
    expect(contractFaults('importFile', answer)).toEqual([]);
    expect([answer.status, answer.json.kind]).toEqual([202, 'orders']);
    expect(answer.json.report?.understanding ?? { platform: 'shopify' }).toMatchObject({ platform: 'shopify' });
    const ofShop = async () => (await imports()).filter((one: { file: string }) => one.file === 'shop.csv');
    await until(
      async () => (await ofShop()).filter((one: { status: string }) => one.status === 'finished').length === 2,
    );
    const refund = (await service.ask('segments', 'GET', '/v1/orders/%231')).json;
    expect(JSON.stringify(refund)).toContain('30.00');
  });

  // Would see: a mapping that is not laid over, rows that are lost, a file that stays on the disk, an import that names nobody.
  test('is taken in as from the disk, with its mapping, its rows conserved and who sent it', async () => {
    const before = await asides();
    const csv = 'sku,title,price\nA1, Coffee ,7.49\nA2,Tea,cheap\nA1, Coffee ,7.49\n';
    const mapping = JSON.stringify({ columns: { item_id: 'sku' } });
    const json = await ended(await upload(csv, { query: { mapping, file: 'goods.csv' } }));
    expect([json.status, json.kind, json.file, json.problem]).toEqual(['finished', 'items', 'goods.csv', null]);
    expect(json.report.rows).toEqual({ in: 3, facts: 1, quarantined: 1, merged: 1 });
    expect(json.report.unreadable).toMatchObject([{ row: 2, field: 'price', value: 'cheap' }]);
    expect(await item('A1')).toMatchObject({ title: 'Coffee', price: '7.49' });
    await nothingBeyond(before);
    const entries = await service.ask('admin', 'GET', `/v1/audit-entries?subject=import&subject_id=${json.import_id}`);
    expect(entries.json.items).toMatchObject([{ actor: { kind: 'key', name: 'ingest', operation: 'importFile' } }]);
  });

  test.each<[string, string, Buffer, Sent]>([
    [
      'NDJSON',
      'N',
      Buffer.from('{"item_id":"N","title":"By line"}\n'),
      { type: 'application/x-ndjson; charset=utf-8' },
    ],
    ['gzip', 'G', gzipSync('item_id,title\nG,By line\n'), { type: 'application/gzip' }],
    ['CSV packed on its way', 'E', gzipSync('item_id,title\nE,By line\n'), { headers: { 'Content-Encoding': 'gzip' } }],
    ['UTF-16 with its mark', 'U', Buffer.from('\ufeffitem_id,title\nU,By line\n', 'utf16le'), {}],
  ])('may be %s', async (_, id, body, how) => {
    expect((await ended(await upload(body, how))).status).toBe('finished');
    expect((await item(id)).title).toBe('By line');
  });

  test('is once, however often it is sent', async () => {
    const csv = 'item_id,title\nT1,Twice\n';
    expect((await ended(await upload(csv))).report.rows).toMatchObject({ in: 1, facts: 1, merged: 0 });
    expect((await ended(await upload(csv))).report.rows).toMatchObject({ in: 1, facts: 0, merged: 1 });
  });

  // Would see: a fault that only the log tells, half a file that is in, a file that stays on the disk.
  test.each<[string, string | Buffer, Sent, RegExp]>([
    ['without a needed column', 'title\nNo id\n', {}, /item_id has no column/],
    [
      'with a broken packing',
      gzipSync('item_id\nX1\n').subarray(0, 22),
      { type: 'application/gzip' },
      /gzip is broken/,
    ],
    ['that is a workbook', Buffer.from('PK\x03\x04 and so on'), {}, /save its sheet as CSV/],
    ['in UTF-16 without a mark', Buffer.from('item_id,title\nX1,Tea\n', 'utf16le'), {}, /save it as UTF-8/],
  ])('%s is refused by what is wrong, and nothing is done', async (_, body, how, words) => {
    const before = await asides();
    const { status, detail, errors } = await ended(await upload(body, how));
    expect([409, 'failed']).toContain(status);
    expect([detail, errors.length]).toEqual([expect.stringMatching(words), 1]);
    const [last] = await imports();
    expect(last).toMatchObject({ status: 'failed', report: null, problem: { errors } });
    expect((await item('X1')).code).toBe('not_found');
    await nothingBeyond(before);
  });

  test('is refused before it is read where the request is wrong', async () => {
    const before = await imports();
    expect(fieldOf(await upload('item_id\nX\n', { query: { mapping: '{' } }))).toEqual([409, 'mapping']);
    expect(fieldOf(await upload('item_id\nX\n', { query: { mapping: '{"columns":{"rank":"sku"}}' } }))[0]).toBe(409);
    expect(fieldOf(await upload('item_id\nX\n', { query: { kind: 'secrets' } }))).toEqual([400, 'kind']);
    expect((await upload('item_id\nX\n', { type: 'application/json' })).status).toBe(415);
    expect((await upload('item_id\nX\n', { headers: { 'Content-Encoding': 'br' } })).status).toBe(415);
    expect((await upload('item_id\nX\n', { scope: 'view' })).status).toBe(403);
    const large = await upload('', { headers: { 'Content-Length': String(513 * 2 ** 20) } }).catch((error) => error);
    expect(large.status ?? large.code).toBe(413);
    expect((await imports()).length - before.length).toBeLessThanOrEqual(1);
  });

  // Would see: what came of a file taken for all of it.
  // Would see: a service that is kept busy, or filled, by a few kilobytes of packed nothing; rows before it that are in.
  test('that unpacks to very much more than was sent is refused, and nothing of it is in', async () => {
    const before = await asides();
    const row = `bomb,${'x'.repeat(16_000)}\n`;
    const bomb = gzipSync(`item_id,title\nbefore,Before\n${row.repeat(2_200)}`);
    expect(bomb.length).toBeLessThan(2 ** 17);
    const answer = await upload(bomb, { query: { file: 'bomb.csv.gz' } });
    if (answer.status !== 202) expect([answer.status, answer.json.code]).toEqual([413, 'payload_too_large']);
    expect((await ended(answer)).errors[0].field).toBe('file');
    expect((await item('before')).status).toBe(404);
    await nothingBeyond(before);
    const [last] = await imports();
    expect([last.file, last.status, last.report, last.problem.errors[0].field]).toEqual([
      ...['bomb.csv.gz', 'failed', null, 'file'],
    ]);
    const empty = gzipSync(`item_id,title\nbefore,Before\n${'\n'.repeat(110_000)}`);
    const fault = await ended(await upload(empty));
    expect([409, 'failed']).toContain(fault.status);
    expect(fault.errors[0].field).toBe('file');
    // The next one begins at once, and a file that is packed as well as files are is in.
    const rows = Array.from({ length: 2_000 }, (_, row) => `packed-${row},Thing ${row}`).join('\n');
    expect((await ended(await upload(gzipSync(`item_id,title\n${rows}\n`)))).report.rows.facts).toBe(2_000);
  });

  test('whose connection ends on the way leaves nothing', async () => {
    const [before, listed] = [await asides(), (await imports()).length];
    const { hostname, port } = new URL(service.url);
    const { Authorization } = service.as('ingest');
    const head = `POST /v1/imports?kind=items HTTP/1.1\r\nHost: x\r\nAuthorization: ${Authorization}\r\nContent-Type: text/csv\r\n`;
    const socket = connect(Number(port), hostname);
    socket.write(`${head}Content-Length: 1000\r\n\r\nitem_id,title\nC1,Cut\n`);
    await until(async () => (await beyond(before)).length > 0, 20_000);
    socket.destroy();
    await nothingBeyond(before);
    expect((await imports()).length).toBe(listed);
    expect((await item('C1')).code).toBe('not_found');
  });

  // Would see: a request that hangs as long as a file, and a second file that waits without a word.
  test('that takes long is answered while it works, is told how far, and keeps others from beginning', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let isLocked = false;
    const blocking = service.database.transaction(async (tx) => {
      await tx.query('lock table items in exclusive mode');
      isLocked = true;
      await held;
    });
    const { answer, other } = await (async () => {
      try {
        await until(async () => isLocked);
        return { answer: await upload('item_id,title\nL1,Long\n'), other: await upload('item_id\nL2\n') };
      } finally {
        release();
        await blocking;
      }
    })();
    expect([answer.status, answer.json.status, answer.json.report]).toEqual([202, 'running', null]);
    expect(answer.json.progress).toMatchObject({ bytes_total: 22 });
    expect([other.status, other.json.detail]).toEqual([409, expect.stringContaining('Another file')]);
    const whole = await ended(answer);
    expect(whole).toMatchObject({ status: 'finished', progress: null, report: { rows: { in: 1, facts: 1 } } });
    expect((await item('L1')).title).toBe('Long');
  });
});
