import { isIP } from 'node:net';
import { cpus, totalmem } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { ConfigError } from './errors.ts';
import { type WeekStart, weekStarts } from './shop/calendar.ts';
import { minorDigitsOf } from './shop/currencies.ts';
import { toMinor } from './shop/money.ts';
import { isSameTimeZone, isTimeZone } from './shop/time-zone.ts';
import { readShopsFile, repeated, type ToldShop } from './shops/shops-file.ts';

const timeZone = z.string().refine(isTimeZone, { message: 'is not an IANA time zone' });

const whole = (least: number, most?: number) => {
  const number = z.coerce.number().int().min(least);
  return most === undefined ? number : number.max(most);
};

/** Names or the like, by comma. */
const listed = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean),
  );

function isNetwork(text: string): boolean {
  const [address, length, ...rest] = text.split('/');
  const family = isIP(address);
  const most = family === 4 ? 32 : 128;
  return family !== 0 && rest.length === 0 && /^\d{1,3}$/.test(length ?? '') && Number(length) <= most;
}

/** `name=value` pairs by semicolon, because values have commas. */
const properties = z
  .string()
  .default('')
  .transform((text, context) => {
    const pairs = text
      .split(';')
      .map((pair) => pair.trim())
      .filter(Boolean)
      .map((pair) => /^([^=\s]+)=(.*)$/.exec(pair)?.slice(1) as [string, string] | undefined);
    if (pairs.every((pair) => pair !== undefined)) return Object.fromEntries(pairs) as Record<string, string>;
    context.addIssue({ code: 'custom', message: 'must be properties as `name=value`, by semicolon' });
    return z.NEVER;
  });

const environment = z.object({
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe('the Postgres to use (15 or later); without it pannier runs its own'),
  DATABASE_READ_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe(
      'a streaming replica of it, for reads of customers and segments that are not in memory, as long as it keeps up',
    ),
  PANNIER_DATA_DIR: z
    .string()
    .min(1)
    .default('.pannier')
    .describe('where its own Postgres keeps its data, and `serve` the snapshot that it can begin from'),
  PANNIER_SCHEMA: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,39}$/, 'must be a lower-case SQL name of at most 40 characters')
    .default('pannier')
    .describe('schema; several shops can share one Postgres, a schema each'),
  PANNIER_SHOPS: z
    .string()
    .min(1)
    .optional()
    .describe(
      'file that names several shops to serve, with host names and settings of their own; without it there is one',
    ),
  PANNIER_SHOP: z
    .string()
    .min(1)
    .optional()
    .describe('which of `PANNIER_SHOPS` a command is about, as `--shop` says it; `serve` serves it alone'),
  PANNIER_HOST: z.string().min(1).default('127.0.0.1').describe('address it listens on; 0.0.0.0 for all'),
  PANNIER_PORT: whole(0, 65_535).default(8080).describe('port it listens on; 0 for a free one'),
  PANNIER_TIME_ZONE: timeZone
    .default('UTC')
    .describe("the shop's IANA zone: naive times, dates, weekdays and nights are in it"),
  PANNIER_CURRENCY: z
    .string()
    .refine((code) => minorDigitsOf(code) !== undefined, 'must be the ISO 4217 code of a currency, such as EUR')
    .default('EUR')
    .describe("the shop's one currency (ISO 4217); facts in others are quarantined"),
  PANNIER_WEEK_START: z
    .enum(weekStarts)
    .default('monday')
    .describe('the day on which weeks begin, of what rules of segments ask of this week and the last'),
  PANNIER_NIGHT_HOUR: whole(0, 23).default(3).describe("hour of the nightly run, in the shop's zone"),
  PANNIER_NIGHT: z.enum(['on', 'off']).default('on').describe('`off`: this instance trains only when asked to'),
  PANNIER_NIGHTS_AT_ONCE: whole(1, 100)
    .default(1)
    .describe('nights of several shops that this instance works on at once; the others wait for their turn'),
  PANNIER_POOL_SIZE: whole(2, 200)
    .default(10)
    .describe(
      'database connections for requests; facts, reports and long work have as many or half as many of their own, opened when needed; several shops share them',
    ),
  PANNIER_TRAINER_MEMORY_MB: whole(64)
    .default(Math.max(512, Math.floor(totalmem() / 2 ** 21)))
    .meta({ description: "heap of the trainer's process", standard: 'half of the machine' }),
  PANNIER_ENGINE: z
    .enum(['local', 'spark'])
    .default('local')
    .describe('who learns: `local`, this machine, or `spark`, a cluster of Apache Spark'),
  PANNIER_SPARK_GATEWAY: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('REST gateway of a Spark standalone master, such as `http://spark:6066`; or PANNIER_SPARK_SUBMIT'),
  PANNIER_SPARK_GATEWAY_SECRET: z
    .string()
    .regex(/^[\w-]+=*$/, 'must be base64url')
    .refine((secret) => Buffer.from(secret, 'base64url').length >= 32, 'must be at least 32 bytes in base64url')
    .optional()
    .describe(
      'secret of a gateway that is guarded by `JWSFilter`, in base64url; each call bears a token signed with it',
    ),
  PANNIER_SPARK_SUBMIT: z
    .string()
    .trim()
    .min(1)
    .optional()
    .describe('command of spark-submit with its arguments, by spaces, for YARN, Kubernetes or any other master'),
  PANNIER_SPARK_PROPERTIES: properties.meta({
    description: "Spark's properties as `name=value`, by semicolon: `spark.jars` names the JDBC driver of Postgres",
    standard: '',
  }),
  PANNIER_SPARK_PROGRAM: z
    .string()
    .min(1)
    .optional()
    .describe('`learn.py` on the machine that drives jobs, where it lies elsewhere than here'),
  PANNIER_SPARK_SOURCE: z
    .string()
    .min(1)
    .optional()
    .describe(
      'folder that `export facts` writes, as all machines of Spark reach it, such as `s3a://lake/shop`: they read facts from there; without it from Postgres',
    ),
  PANNIER_CACHE_CUSTOMERS: whole(1).default(100_000).describe('customers held in memory'),
  PANNIER_EVENT_RETENTION_DAYS: whole(1).default(730).describe('how long events are kept'),
  PANNIER_EVENT_ARCHIVE_DIR: z
    .string()
    .min(1)
    .optional()
    .describe(
      'folder that events are written to as Parquet, and read back from, before their time is over and they are dropped; without it they are only dropped',
    ),
  PANNIER_LIST_RETENTION_DAYS: whole(1).default(30).describe('how long the log of served lists is kept'),
  PANNIER_STOCK_RETENTION_DAYS: whole(1)
    .default(1_100)
    .describe('how long stock by day is kept; figures counted from it stay, and forecasts look at the last 730 days'),
  PANNIER_PRICE_RETENTION_DAYS: whole(1)
    .default(1_100)
    .describe('how long the prices that the catalogue told are kept: the effects of prices are measured from them'),
  PANNIER_ATTRIBUTION_RETENTION_DAYS: whole(1)
    .default(1_100)
    .describe('for how long it is kept which list a sale line came from; figures counted from it stay'),
  PANNIER_HOUR_RETENTION_DAYS: whole(1).default(400).describe('how long figures by the hour are kept'),
  PANNIER_MEMBER_RETENTION_DAYS: whole(1)
    .default(1_100)
    .describe('how long figures by item and by campaign are kept; weeks and months that begin before go with them'),
  PANNIER_SEGMENT_CHANGE_RETENTION_DAYS: whole(1)
    .default(730)
    .describe('how long it is kept who came into a segment and left it, with old snapshots of members'),
  PANNIER_QUARANTINE_RETENTION_DAYS: whole(1).default(365).describe('how long rows that cleaning refused are kept'),
  PANNIER_CORRECTION_RETENTION_DAYS: whole(1).default(365).describe('how long cells that cleaning changed are kept'),
  PANNIER_RUN_RETENTION_DAYS: whole(1)
    .default(365)
    .describe('how long releases are kept that are served no more, and runs of which no version is left'),
  PANNIER_ANSWER_RETENTION_DAYS: whole(1)
    .default(30)
    .describe('for how long a request with the same `Idempotency-Key` gets the same answer'),
  PANNIER_KEPT_VERSIONS: whole(1)
    .default(5)
    .describe('newest versions of each model that are kept, beside those of as many newest releases'),
  PANNIER_LEAD_TIME_DAYS: z.coerce
    .number()
    .min(0.1)
    .max(365)
    .default(14)
    .describe(
      'days from an order to a supplier until its goods can be sold, of items that do not say `lead_time_days`',
    ),
  PANNIER_REVIEW_DAYS: z.coerce
    .number()
    .min(0)
    .max(365)
    .default(7)
    .describe('days that an order to a supplier shall last beyond its lead time'),
  PANNIER_SERVICE_LEVEL: z.coerce
    .number()
    .min(0.5)
    .max(0.999)
    .default(0.95)
    .describe('share of cycles in which nobody shall go without, of items that do not say `service_level`'),
  PANNIER_BARRED_ATTRIBUTES: listed.describe(
    "customers' attributes, by name and comma, that no decision about offers may use",
  ),
  PANNIER_PREDICTED_ATTRIBUTES: listed
    .refine((names) => names.length <= 20, 'must be at most 20')
    .describe(
      "customers' attributes, by name and comma, that nights learn from behaviour for those who have not declared them",
    ),
  PANNIER_RAISE_LIMIT_MONEY: z
    .string()
    .regex(/^\d{1,12}(\.\d{1,6})?$/, 'must be an amount of money such as 500.00')
    .optional()
    .describe(
      "by how much one person may raise a campaign's budget of money within a day; more waits for a second person; without it nothing does",
    ),
  PANNIER_RAISE_LIMIT_COUPONS: whole(0).optional().describe("the same of a campaign's budget of coupons"),
  PANNIER_FEED_NETWORKS: listed
    .refine((networks) => networks.every(isNetwork), 'must be networks such as 10.0.0.0/8, by comma')
    .describe('private networks that catalogue feeds may be pulled from, such as `10.0.0.0/8`, by comma'),
  PANNIER_FEED_LIMIT_MB: whole(1).default(256).describe('the largest catalogue feed that is pulled, as it comes'),
  PANNIER_FEED_PATIENCE_SECONDS: whole(1, 3_600).default(300).describe('so long a catalogue feed may take to come'),
  PANNIER_TRUSTED_PROXIES: whole(0, 10)
    .default(0)
    .describe('how many proxies of your own stand before it: so many last entries of `X-Forwarded-For` are believed'),
  PANNIER_PAGE_LIMIT_PER_ADDRESS: whole(1)
    .default(6_000)
    .describe(
      'what pages may ask for in a minute with a publishable key from one address, events counted one by one; each instance counts for itself',
    ),
  PANNIER_PAGE_LIMIT_PER_KEY: whole(1).default(600_000).describe('the same with one publishable key'),
  PANNIER_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('least level that is logged: fatal, error, warn, info, debug, trace, silent'),
});

export interface Setting {
  name: string;
  /** as it would be written in the environment; undefined: without it there is none */
  standard: string | undefined;
  meaning: string;
}

/** All settings, for the documents. */
export function describeSettings(): Setting[] {
  const standards: Record<string, unknown> = environment.parse({});
  return Object.entries(environment.shape).map(([name, schema]) => {
    const { standard, description = '' } = schema.meta() ?? {};
    const found = standard ?? standards[name];
    return { name, standard: found === undefined ? undefined : String(found), meaning: description };
  });
}

export interface Config {
  /** undefined: the only one */
  shop: string | undefined;
  /** undefined: the embedded server is started in `dataFolder`. */
  databaseUrl: string | undefined;
  /** undefined: everything is read where it is written */
  databaseReadUrl: string | undefined;
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
  /** of weeks that rules of segments ask of */
  weekStart: WeekStart;
  nightHour: number;
  nightEnabled: boolean;
  /** of several shops, in this process */
  nightsAtOnce: number;
  poolSize: number;
  trainerMemoryMb: number;
  /** undefined: this machine learns */
  spark:
    | {
        gateway?: string | undefined;
        submit?: readonly string[] | undefined;
        properties: Readonly<Record<string, string>>;
        program?: string | undefined;
      }
    | undefined;
  cacheCustomers: number;
  eventRetentionDays: number;
  /** undefined: what is dropped is not archived */
  eventArchiveFolder: string | undefined;
  listRetentionDays: number;
  /** of stock by day */
  stockRetentionDays: number;
  /** of what came from which list */
  priceRetentionDays: number;
  attributionRetentionDays: number;
  /** of figures by the hour, and of those by item and campaign */
  hourRetentionDays: number;
  memberRetentionDays: number;
  segmentChangeRetentionDays: number;
  quarantineRetentionDays: number;
  /** of cells that cleaning changed */
  correctionRetentionDays: number;
  /** of training runs, and of releases that nobody can go back to */
  runRetentionDays: number;
  /** of writes with an Idempotency-Key */
  answerRetentionDays: number;
  /** newest versions of each model */
  keptVersions: number;
  /** of items that do not say it themselves */
  leadTimeDays: number;
  reviewDays: number;
  serviceLevel: number;
  /** of customers; no decision about offers may use them */
  barredAttributes: readonly string[];
  /** of customers; what nights learn from behaviour of those who have not declared them */
  predictedAttributes: readonly string[];
  /** by which one person may raise a campaign's budgets within a day; undefined: by as much as they like */
  raiseLimit: { coupons: number | undefined; moneyMinor: number | undefined };
  /** private ones that feeds may be pulled from, as `10.0.0.0/8` */
  feedNetworks: readonly string[];
  feedLimitMb: number;
  feedPatienceSeconds: number;
  /** of the shop's own before the service */
  trustedProxies: number;
  /** what pages may ask for in a minute, events counted one by one */
  pageLimitPerAddress: number;
  pageLimitPerKey: number;
  logLevel: string;
  cores: number;
}

type Environment = Record<string, string | undefined>;

/** Of the process, and so of all its shops. */
const ofProcess = [
  ...[
    'DATABASE_URL',
    'DATABASE_READ_URL',
    'PANNIER_DATA_DIR',
    'PANNIER_SHOPS',
    'PANNIER_SHOP',
    'PANNIER_HOST',
    'PANNIER_PORT',
  ],
  ...['PANNIER_NIGHTS_AT_ONCE', 'PANNIER_POOL_SIZE', 'PANNIER_TRUSTED_PROXIES', 'PANNIER_LOG_LEVEL'],
];

/**
 * Reads the environment once; of several shops the one that `PANNIER_SHOP` names.
 * @throws ConfigError that lists every fault together
 */
export function readConfig(env: Environment = process.env): Readonly<Config> {
  if (!env['PANNIER_SHOPS']) {
    return settled(env, env['PANNIER_SHOP'] ? ['PANNIER_SHOP: is for several shops, which PANNIER_SHOPS names'] : []);
  }
  const shops = configsOf(env);
  const wanted = env['PANNIER_SHOP'];
  const found = shops.find(({ shop }) => shop.name === wanted);
  if (found) return found.config;
  const names = shops.map(({ shop }) => shop.name).join(', ');
  throw new ConfigError(
    wanted ? `PANNIER_SHOP: there is no shop ${wanted}, only ${names}` : `Say by --shop which one is meant: ${names}`,
  );
}

/** A shop of several, and its settings. */
export interface ConfiguredShop {
  hosts: readonly string[];
  config: Readonly<Config>;
}

/** The shops to serve from one process; undefined: one alone. @throws ConfigError as `readConfig` */
export function readShops(env: Environment = process.env): ConfiguredShop[] | undefined {
  if (!env['PANNIER_SHOPS'] || env['PANNIER_SHOP']) return undefined;
  return configsOf(env).map(({ shop, config }) => ({ hosts: shop.hosts, config }));
}

/** The command is about this one of several shops. */
export function chooseShop(name: string): void {
  process.env['PANNIER_SHOP'] = name;
}

function configsOf(env: Environment): { shop: ToldShop; config: Readonly<Config> }[] {
  const path = env['PANNIER_SHOPS']!;
  const read = readShopsFile(path);
  const told = 'shops' in read ? read.shops : [];
  const faults = 'faults' in read ? read.faults : [];
  if (env['PANNIER_SCHEMA']) faults.push('PANNIER_SCHEMA is a setting of each shop there');
  const shops = told.flatMap((shop) => {
    const foreign = ofProcess.filter((name) => name in shop.settings);
    faults.push(...foreign.map((name) => `${shop.name}.settings: ${name} is of the whole process`));
    try {
      const own = { PANNIER_SCHEMA: shop.name, ...shop.settings };
      return [{ shop, config: settled({ ...env, ...own }, [], shop.name) }];
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      faults.push(...error.faults.map((fault) => `${shop.name}.settings: ${fault}`));
      return [];
    }
  });
  const schemas = repeated(shops.map(({ config }) => config.schema));
  faults.push(...schemas.map((name) => `the schema ${name} is of two shops`));
  if (faults.length > 0) throw new ConfigError(`PANNIER_SHOPS (${path}) is not valid:`, [...new Set(faults)]);
  return shops;
}

function faultsOfSpark({
  PANNIER_ENGINE,
  PANNIER_SPARK_GATEWAY: gateway,
  PANNIER_SPARK_SUBMIT: submit,
}: z.infer<typeof environment>): string[] {
  if (PANNIER_ENGINE !== 'spark' || (gateway === undefined) !== (submit === undefined)) return [];
  return ['PANNIER_ENGINE: spark needs one of PANNIER_SPARK_GATEWAY and PANNIER_SPARK_SUBMIT'];
}

function faultsOfReplica({ DATABASE_URL, DATABASE_READ_URL }: z.infer<typeof environment>): string[] {
  return DATABASE_READ_URL && !DATABASE_URL
    ? ['DATABASE_READ_URL: is a replica of DATABASE_URL, which has to be set with it']
    : [];
}

/** The environment of this process with more in it, for one that is started. */
export function inheritEnvironment(more: Record<string, string>): Record<string, string | undefined> {
  return { ...process.env, ...more };
}

/** @param faults found before */
function settled(env: Environment, faults: string[], shop?: string): Readonly<Config> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const unknown = Object.keys(given).filter((name) => name.startsWith('PANNIER_') && !(name in environment.shape));
  const parsed = environment.safeParse(given);
  faults.push(
    ...(parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)),
    ...(parsed.success ? [...faultsOfSpark(parsed.data), ...faultsOfReplica(parsed.data)] : []),
    ...unknown.map((name) => `${name}: is not a setting of pannier`),
  );
  if (!parsed.success || faults.length > 0) throw new ConfigError('The configuration is not valid:', faults);
  const value = parsed.data;
  return Object.freeze({
    shop,
    databaseUrl: value.DATABASE_URL,
    databaseReadUrl: value.DATABASE_READ_URL,
    dataFolder: resolve(value.PANNIER_DATA_DIR),
    schema: value.PANNIER_SCHEMA,
    host: value.PANNIER_HOST,
    port: value.PANNIER_PORT,
    timeZone: value.PANNIER_TIME_ZONE,
    currency: value.PANNIER_CURRENCY,
    minorDigits: minorDigitsOf(value.PANNIER_CURRENCY)!,
    weekStart: value.PANNIER_WEEK_START,
    nightHour: value.PANNIER_NIGHT_HOUR,
    nightEnabled: value.PANNIER_NIGHT === 'on',
    nightsAtOnce: value.PANNIER_NIGHTS_AT_ONCE,
    poolSize: value.PANNIER_POOL_SIZE,
    trainerMemoryMb: value.PANNIER_TRAINER_MEMORY_MB,
    spark:
      value.PANNIER_ENGINE === 'local'
        ? undefined
        : {
            gateway: value.PANNIER_SPARK_GATEWAY,
            secret: value.PANNIER_SPARK_GATEWAY_SECRET,
            submit: value.PANNIER_SPARK_SUBMIT?.split(/\s+/),
            properties: value.PANNIER_SPARK_PROPERTIES,
            source: value.PANNIER_SPARK_SOURCE,
            program: value.PANNIER_SPARK_PROGRAM,
          },
    cacheCustomers: value.PANNIER_CACHE_CUSTOMERS,
    eventRetentionDays: value.PANNIER_EVENT_RETENTION_DAYS,
    eventArchiveFolder: value.PANNIER_EVENT_ARCHIVE_DIR && resolve(value.PANNIER_EVENT_ARCHIVE_DIR, shop ?? ''),
    listRetentionDays: value.PANNIER_LIST_RETENTION_DAYS,
    stockRetentionDays: value.PANNIER_STOCK_RETENTION_DAYS,
    priceRetentionDays: value.PANNIER_PRICE_RETENTION_DAYS,
    attributionRetentionDays: value.PANNIER_ATTRIBUTION_RETENTION_DAYS,
    hourRetentionDays: value.PANNIER_HOUR_RETENTION_DAYS,
    memberRetentionDays: value.PANNIER_MEMBER_RETENTION_DAYS,
    segmentChangeRetentionDays: value.PANNIER_SEGMENT_CHANGE_RETENTION_DAYS,
    quarantineRetentionDays: value.PANNIER_QUARANTINE_RETENTION_DAYS,
    correctionRetentionDays: value.PANNIER_CORRECTION_RETENTION_DAYS,
    runRetentionDays: value.PANNIER_RUN_RETENTION_DAYS,
    answerRetentionDays: value.PANNIER_ANSWER_RETENTION_DAYS,
    keptVersions: value.PANNIER_KEPT_VERSIONS,
    leadTimeDays: value.PANNIER_LEAD_TIME_DAYS,
    reviewDays: value.PANNIER_REVIEW_DAYS,
    serviceLevel: value.PANNIER_SERVICE_LEVEL,
    barredAttributes: value.PANNIER_BARRED_ATTRIBUTES,
    predictedAttributes: value.PANNIER_PREDICTED_ATTRIBUTES,
    raiseLimit: {
      coupons: value.PANNIER_RAISE_LIMIT_COUPONS,
      moneyMinor:
        value.PANNIER_RAISE_LIMIT_MONEY === undefined
          ? undefined
          : toMinor(value.PANNIER_RAISE_LIMIT_MONEY, minorDigitsOf(value.PANNIER_CURRENCY)!),
    },
    feedNetworks: value.PANNIER_FEED_NETWORKS,
    feedLimitMb: value.PANNIER_FEED_LIMIT_MB,
    feedPatienceSeconds: value.PANNIER_FEED_PATIENCE_SECONDS,
    trustedProxies: value.PANNIER_TRUSTED_PROXIES,
    pageLimitPerAddress: value.PANNIER_PAGE_LIMIT_PER_ADDRESS,
    pageLimitPerKey: value.PANNIER_PAGE_LIMIT_PER_KEY,
    logLevel: value.PANNIER_LOG_LEVEL,
    cores: cpus().length,
  });
}

/**
 * The configuration as it holds for a database: money has the digits that the database was settled on.
 * @throws ConfigError that says what to do where currency or zone are not those of the database
 */
export function configFor(
  config: Readonly<Config>,
  shop: Pick<Config, 'currency' | 'timeZone' | 'minorDigits'>,
): Readonly<Config> {
  const faults = [
    ...(config.currency === shop.currency
      ? []
      : [`PANNIER_CURRENCY is ${config.currency}, set it to ${shop.currency}`]),
    ...(isSameTimeZone(config.timeZone, shop.timeZone)
      ? []
      : [`PANNIER_TIME_ZONE is ${config.timeZone}, set it to ${shop.timeZone}`]),
  ];
  if (faults.length > 0) {
    const here = config.databaseUrl ? `schema "${config.schema}"` : `data folder ${config.dataFolder}`;
    const other = config.databaseUrl ? 'PANNIER_SCHEMA' : 'PANNIER_DATA_DIR';
    throw new ConfigError(
      `The facts in ${here} are in ${shop.currency} and the time zone ${shop.timeZone}, since its first start:\n${faults
        .map((fault) => `  ${fault}`)
        .join('\n')}\nFor another shop, give ${other} another name.`,
    );
  }
  return Object.freeze({ ...config, minorDigits: shop.minorDigits });
}
