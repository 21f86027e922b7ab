import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readConfig, readShops } from '../../src/config.ts';
import { ConfigError } from '../../src/errors.ts';

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

test('a replica is one of a database that is named with it', () => {
  const DATABASE_READ_URL = 'postgresql://replica:5432/postgres';
  expect(() => readConfig({ DATABASE_READ_URL })).toThrow('DATABASE_READ_URL: is a replica of DATABASE_URL');
  expect(() => readConfig({ DATABASE_URL: DATABASE_READ_URL, DATABASE_READ_URL: 'replica' })).toThrow(
    'DATABASE_READ_URL',
  );
  const DATABASE_URL = 'postgresql://primary:5432/postgres';
  expect(readConfig({ DATABASE_URL, DATABASE_READ_URL }).databaseReadUrl).toBe(DATABASE_READ_URL);
});

describe('several shops', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'pannier-shops-')), 'shops.json');
  const env = (shops: unknown, more: Record<string, string> = {}) => {
    writeFileSync(file, JSON.stringify(shops));
    return { PANNIER_SHOPS: file, PANNIER_NIGHT_HOUR: '5', ...more };
  };
  const told = {
    north: { hosts: ['north.example'], settings: { PANNIER_CURRENCY: 'GBP', PANNIER_NIGHT_HOUR: 4 } },
    south_2: {},
  };

  test('have a schema, host names and settings of their own, and the rest of the environment', () => {
    const [north, south] = readShops(env(told))!;
    expect([north.hosts, south.hosts]).toEqual([['north.example'], ['south-2.localhost']]);
    expect(north.config).toMatchObject({ shop: 'north', schema: 'north', currency: 'GBP', nightHour: 4 });
    expect(south.config).toMatchObject({ shop: 'south_2', schema: 'south_2', currency: 'EUR', nightHour: 5 });
  });

  test('a command is about one of them, and says which', () => {
    expect(readConfig(env(told, { PANNIER_SHOP: 'north' })).schema).toBe('north');
    expect(readShops(env(told, { PANNIER_SHOP: 'north' }))).toBeUndefined();
    expect(() => readConfig(env(told))).toThrow('Say by --shop which one is meant: north, south_2');
    expect(() => readConfig(env(told, { PANNIER_SHOP: 'west' }))).toThrow('there is no shop west, only north, south_2');
    expect(() => readConfig({ PANNIER_SHOP: 'north' })).toThrow('PANNIER_SHOP: is for several shops');
    expect(readShops({})).toBeUndefined();
  });

  test('what is wrong with the file is told by its place, all of it', () => {
    const faulty = (shops: unknown, more = {}) => {
      try {
        readShops(env(shops, more));
        return '';
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
        return (error as Error).message;
      }
    };
    const settings = { PANNIER_CURRENCY: 'XXL', PANNIER_PORT: '1', PANNIER_NO: '1' };
    const found = faulty({ north: { settings } }, { PANNIER_SCHEMA: 'pannier' });
    for (const name of ['PANNIER_SCHEMA is', 'north.settings: PANNIER_CURRENCY', 'PANNIER_PORT is', 'PANNIER_NO']) {
      expect(found).toContain(name);
    }
    expect(faulty({ north: { hosts: ['a.example'] }, south: { hosts: ['a.example'] } })).toContain(
      'a.example is of two',
    );
    expect(faulty({ north: {}, south: { settings: { PANNIER_SCHEMA: 'north' } } })).toContain('schema north is of two');
    expect(faulty({ 'North!': {} })).toContain('North!: must be a lower-case SQL name');
    expect(faulty({ north: { host: 'a' } })).toContain('north: Unrecognized key');
    expect(faulty({ north: { hosts: ['A.example:1'] } })).toContain('north.hosts.0: must be a host name');
    expect(faulty({})).toContain('names no shop');
    expect(() => readShops({ PANNIER_SHOPS: '/nowhere.json' })).toThrow('cannot be read');
  });
});
