import { cpus, totalmem } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';

const timeZone = z.string().refine(
  (zone) => {
    try {
      new Intl.DateTimeFormat('en', { timeZone: zone });
      return true;
    } catch {
      return false;
    }
  },
  { message: 'is not an IANA time zone' },
);

const environment = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  PANNIER_DATA_DIR: z.string().min(1).default('.pannier'),
  PANNIER_SCHEMA: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,39}$/, 'must be a lower-case SQL name of at most 40 characters')
    .default('pannier'),
  PANNIER_HOST: z.string().min(1).default('127.0.0.1'),
  PANNIER_PORT: z.coerce.number().int().min(0).max(65535).default(8080),
  PANNIER_TIME_ZONE: timeZone.default('UTC'),
  PANNIER_CURRENCY: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as EUR')
    .default('EUR'),
  PANNIER_NIGHT_HOUR: z.coerce.number().int().min(0).max(23).default(3),
  PANNIER_NIGHT: z.enum(['on', 'off']).default('on'),
  PANNIER_POOL_SIZE: z.coerce.number().int().min(2).max(200).default(10),
  PANNIER_TRAINER_MEMORY_MB: z.coerce
    .number()
    .int()
    .min(64)
    .default(Math.max(512, Math.floor(totalmem() / 2 ** 21))),
  PANNIER_CACHE_CUSTOMERS: z.coerce.number().int().min(1).default(100_000),
  PANNIER_EVENT_RETENTION_DAYS: z.coerce.number().int().min(1).default(730),
  PANNIER_LIST_RETENTION_DAYS: z.coerce.number().int().min(1).default(30),
  PANNIER_BARRED_ATTRIBUTES: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean),
    ),
  PANNIER_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

export interface Config {
  /** undefined: the embedded server is started in `dataFolder`. */
  databaseUrl: string | undefined;
  dataFolder: string;
  /** Several shops can share one Postgres, a schema each. */
  schema: string;
  host: string;
  port: number;
  /** The shop's zone: naive times, dates, weekdays and nights are in it. */
  timeZone: string;
  currency: string;
  /** Digits after the point of the currency's minor unit. */
  minorDigits: number;
  nightHour: number;
  nightEnabled: boolean;
  poolSize: number;
  trainerMemoryMb: number;
  cacheCustomers: number;
  eventRetentionDays: number;
  listRetentionDays: number;
  /** of customers; no decision about offers may use them */
  barredAttributes: readonly string[];
  logLevel: string;
  cores: number;
}

export class ConfigError extends Error {}

/** Reads the environment once. @throws ConfigError that lists every fault together. */
export function readConfig(env: Record<string, string | undefined> = process.env): Readonly<Config> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const unknown = Object.keys(given).filter((name) => name.startsWith('PANNIER_') && !(name in environment.shape));
  const parsed = environment.safeParse(given);
  const faults = [
    ...(parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)),
    ...unknown.map((name) => `${name}: is not a setting of pannier`),
  ];
  if (!parsed.success || faults.length > 0) {
    throw new ConfigError(`The configuration is not valid:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }
  const value = parsed.data;
  return Object.freeze({
    databaseUrl: value.DATABASE_URL,
    dataFolder: resolve(value.PANNIER_DATA_DIR),
    schema: value.PANNIER_SCHEMA,
    host: value.PANNIER_HOST,
    port: value.PANNIER_PORT,
    timeZone: value.PANNIER_TIME_ZONE,
    currency: value.PANNIER_CURRENCY,
    minorDigits: minorDigitsOf(value.PANNIER_CURRENCY),
    nightHour: value.PANNIER_NIGHT_HOUR,
    nightEnabled: value.PANNIER_NIGHT === 'on',
    poolSize: value.PANNIER_POOL_SIZE,
    trainerMemoryMb: value.PANNIER_TRAINER_MEMORY_MB,
    cacheCustomers: value.PANNIER_CACHE_CUSTOMERS,
    eventRetentionDays: value.PANNIER_EVENT_RETENTION_DAYS,
    listRetentionDays: value.PANNIER_LIST_RETENTION_DAYS,
    barredAttributes: value.PANNIER_BARRED_ATTRIBUTES,
    logLevel: value.PANNIER_LOG_LEVEL,
    cores: cpus().length,
  });
}

function minorDigitsOf(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
}
