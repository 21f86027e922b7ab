import { describe, expect, test } from '@jest/globals';
import { ConfigError, readConfig } from '../../src/config.ts';

describe('configuration', () => {
  test('without any setting: the embedded server, loopback only', () => {
    const config = readConfig({});
    expect(config).toMatchObject({
      databaseUrl: undefined,
      host: '127.0.0.1',
      port: 8080,
      schema: 'pannier',
      minorDigits: 2,
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  test('the minor unit follows the currency', () => {
    expect(readConfig({ PANNIER_CURRENCY: 'JPY' }).minorDigits).toBe(0);
    expect(readConfig({ PANNIER_CURRENCY: 'KWD' }).minorDigits).toBe(3);
  });

  test('all faults are listed together, a misspelt setting among them', () => {
    const read = () =>
      readConfig({
        DATABASE_URL: 'mysql://x',
        PANNIER_PORT: '99999',
        PANNIER_TIME_ZONE: 'Mars/Olympus',
        PANNIER_SCHEMA: 'drop table',
        PANNIER_PROT: '1',
      });
    expect(read).toThrow(ConfigError);
    for (const name of ['DATABASE_URL', 'PANNIER_PORT', 'PANNIER_TIME_ZONE', 'PANNIER_SCHEMA', 'PANNIER_PROT']) {
      expect(read).toThrow(new RegExp(`${name}: `));
    }
  });
});
