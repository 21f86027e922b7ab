import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readDocument } from '../../../src/http/index.ts';
import { projectPath } from '../../../src/project.ts';
import { describeWithPython } from '../../support/python/describe-with-python.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';

const run = promisify(execFile);

/** A client that others generate of the contract: nothing of it is shipped. */
describeWithPython('a Python client that openapi-python-client makes of openapi.yaml', (python) => {
  let service: TestService;
  let folder: string;
  let said: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pannier-python-'));
    // The generator tidies up by a program that lies beside it.
    const env = { ...process.env, PATH: [dirname(python), process.env['PATH']].join(delimiter) };
    const generated = ['-m', 'openapi_python_client', 'generate', '--meta', 'none'];
    const paths = ['--path', projectPath('openapi.yaml'), '--output-path', join(folder, 'client')];
    [{ stderr: said }, service] = await Promise.all([
      run(python, [...generated, ...paths], { env, cwd: folder }).then(({ stdout, stderr }) => ({
        stderr: stdout + stderr,
      })),
      createTestService(),
    ]);
  });
  afterAll(async () => {
    await service?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  // Would see: a form of the contract that a maker of clients cannot read, and leaves out or makes anything of.
  test('is made whole: no operation and no form is left out', () => {
    expect(said).not.toMatch(/will not be generated|Unable to|Error/);
    // A file is sent as bytes; that it may be called by what it holds too is all that the generator does not know.
    const warnings = said.split('\n').filter((line) => line.startsWith('WARNING'));
    expect(warnings.filter((line) => !line.startsWith('WARNING parsing POST /v1/imports '))).toEqual([]);
  });

  test('drives a service over its main operations', async () => {
    const script = projectPath('test', 'support', 'python', 'drive_client.py');
    const key = service.as('admin').Authorization.slice('Bearer '.length);
    const { stdout } = await run(python, [script, folder, service.url, key]);
    const tagged = readDocument().operations.length;
    expect(JSON.parse(stdout)).toEqual({
      operations: tagged,
      items: ['accepted', 'accepted', 'accepted'],
      prices: ['7.50', '5.00', '2.50'],
      orders: ['accepted'],
      again: ['merged'],
      total: '10.00',
      events: ['accepted'],
      popular: ['1', '2'],
      reasons: ['En vente dans cette boutique', 'En vente dans cette boutique'],
      own: ['9', 3],
      cart: ['2', '3'],
      refused: ['invalid_request', '/recent_item_ids/0'],
      segment: 'rule-buyers',
      members: ['9'],
      campaign: 'tenth',
      decision: ['9', 'none'],
      discount: '1.00',
    });
  });
});
