import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { projectRoot } from '../../src/project.ts';

/** The stations in the order in which data flows; one may use only those before it. */
const stations = [
  'keys',
  'audit',
  'accounts',
  'versions',
  'intake',
  'connectors',
  'experiments',
  'recommendations',
  'segments',
  'coupons',
  'outcomes',
  'indicators',
  'training',
  'instances',
  'doctor',
];

interface Source {
  file: string;
  text: string;
  /** what it imports: project files relative to the root, packages by name */
  imports: string[];
}

function readSources(folder: string): Source[] {
  return readdirSync(join(projectRoot, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const text = readFileSync(path, 'utf8');
      const imports = [...text.matchAll(/(?<!')(?:from|import)\s*\(?\s*'([^'\n]+)'/g)].map(([, target]) =>
        target.startsWith('.') ? relative(projectRoot, resolve(dirname(path), target)) : target,
      );
      return { file: relative(projectRoot, path), text, imports };
    });
}

const isOfConsole = ({ file }: Source) => file.startsWith('src/console/');
const browser = readSources('src').filter(isOfConsole);
const src = readSources('src').filter((source) => source.file !== 'src/http/contract.ts' && !isOfConsole(source));
const models = readSources('models');
const stationOf = (file: string) => stations.find((station) => file.startsWith(`src/${station}/`));
const offenders = (sources: Source[], isWrong: (source: Source, target: string) => boolean) =>
  sources.flatMap((source) =>
    source.imports.filter((target) => isWrong(source, target)).map((target) => `${source.file} -> ${target}`),
  );

describe('imports', () => {
  test('the sources are seen', () => {
    expect(src.length).toBeGreaterThan(50);
    expect(models.length).toBeGreaterThan(10);
    expect(src.flatMap((source) => source.imports).length).toBeGreaterThan(200);
  });

  test('models import nothing of src, do no I/O and know no clock or chance', () => {
    // Kernels share their work among threads, and old engines have to be told to take relaxed SIMD.
    const ofKernels = ['node:worker_threads', 'node:v8'];
    const isForeign = ({ file }: Source, target: string) => {
      if (target.startsWith('node:')) return !(file.startsWith('models/kernels/') && ofKernels.includes(target));
      // What a recipe's fields may hold is said in zod, beside the recipe's type and values; nothing else is checked by it.
      if (target === 'zod') return !/\/(recipe|recipe-schema)\.ts$/.test(file);
      // K-means on request, where its own is not needed.
      if (target === 'ml-kmeans') return !file.startsWith('models/segmentation/exploration/');
      return !target.startsWith('models/') && target !== 'ml-matrix';
    };
    expect(offenders(models, isForeign)).toEqual([]);
    const impure = models.filter(({ text }) => /Math\.random|Date\.now|new Date\(\)|performance\.now/.test(text));
    expect(impure.map(({ file }) => file)).toEqual([]);
  });

  test('a station uses another only through its door, and only one before it', () => {
    const wrong = offenders(src, (source, target) => {
      const [from, to] = [stationOf(source.file), stationOf(target)];
      if (!from || !to || from === to) return false;
      return !target.endsWith(`/${to}/index.ts`) || stations.indexOf(to) > stations.indexOf(from);
    });
    expect(wrong).toEqual([]);
  });

  test('whoever is no station uses a station through its door', () => {
    const wrong = offenders(src, (source, target) => {
      const to = stationOf(target);
      return stationOf(source.file) === undefined && to !== undefined && !target.endsWith(`/${to}/index.ts`);
    });
    expect(wrong).toEqual([]);
  });

  test('the console runs in a browser: of the service it knows the types of the contract and how CSV is written, and nothing of it knows the console', () => {
    const packages = ['react', 'react-dom', 'react-dom/client', '@tanstack/react-query', 'wouter', 'vite', 'node:url'];
    const foreign = offenders(browser, (source, target) => {
      if (target === 'src/client/contract.ts')
        return !/import type \{ paths \} from '[./]*client\/contract\.ts'/.test(source.text);
      return (
        // Both write CSV by one rule.
        target !== 'src/formats/csv.ts' &&
        !target.startsWith('src/console/') &&
        !packages.includes(target) &&
        !target.startsWith('@base-ui/react/')
      );
    });
    expect(browser.length).toBeGreaterThan(50);
    expect(foreign).toEqual([]);
    expect(offenders(src, (_, target) => target.startsWith('src/console/'))).toEqual([]);
  });

  test('a page of the console knows no other page, and what pages are made of knows no page', () => {
    const pageOf = (path: string) => /^src\/console\/pages\/([^/]+)\//.exec(path)?.[1];
    const wrong = offenders(browser, (source, target) => {
      const to = pageOf(target);
      return to !== undefined && to !== pageOf(source.file) && source.file !== 'src/console/app/routes.tsx';
    });
    expect(wrong).toEqual([]);
  });

  test('no file imports itself by way of others, not even for a type', () => {
    const files = new Map([...src, ...models, ...browser].map((source) => [source.file, source.imports]));
    // What no circle passes through falls away, file by file; what is left imports itself.
    for (let before = -1; before !== files.size; ) {
      before = files.size;
      const wanted = new Set([...files.values()].flat());
      for (const [file, imports] of files) {
        if (!wanted.has(file) || !imports.some((target) => files.has(target))) files.delete(file);
      }
    }
    expect([...files.keys()]).toEqual([]);
  });

  test('express stays in app.ts and http/', () => {
    expect(
      offenders(
        src,
        ({ file }, target) => target === 'express' && file !== 'src/app.ts' && !file.startsWith('src/http/'),
      ),
    ).toEqual([]);
  });

  test('pg stays in db/ and the stores', () => {
    expect(
      offenders(
        src,
        ({ file }, target) =>
          /^pg(-|$)/.test(target) && !file.startsWith('src/db/') && !/(^|[/-])store\.ts$/.test(file),
      ),
    ).toEqual([]);
  });

  test('only routes, the app and what puts the stations together know http', () => {
    const wrong = offenders(src, ({ file }, target) => {
      const allowed =
        file.startsWith('src/http/') ||
        /^src\/(app|service|station|stations|shops\/serve-shops)\.ts$/.test(file) ||
        /routes\.ts$/.test(file);
      return target.startsWith('src/http/') && !allowed;
    });
    // Metrics are counted where things happen.
    const onlyMetrics = (line: string) => /^src\/recommendations\/\S+ -> src\/http\/index\.ts$/.test(line);
    expect(wrong.filter((line) => !onlyMetrics(line))).toEqual([]);
  });

  test('process.env is read in config.ts alone', () => {
    expect(
      src.filter(({ file, text }) => text.includes('process.env') && file !== 'src/config.ts').map(({ file }) => file),
    ).toEqual([]);
  });
});

test('whatever a model exports says what it is, in a comment before it', () => {
  const indexes = models.filter(({ file }) => /^models\/[^/]+\/index\.ts$/.test(file));
  const silent = indexes.flatMap(({ file, text }) =>
    Array.from(text.matchAll(/export (?:type )?\{([^}]*)\} from '([^']+)'/g)).flatMap(([, names, from]) => {
      const source = models.find((one) => one.file === join(dirname(file), from))!;
      return names
        .split(',')
        .map((name) => name.replace(/\btype\b| as .*/g, '').trim())
        .filter(
          (name) =>
            name &&
            !new RegExp(`\\*/\\nexport (async )?(const|function\\*?|interface|type|class) ${name}\\b`).test(
              source.text,
            ),
        )
        .map((name) => `${source.file}: ${name}`);
    }),
  );
  expect(indexes.length).toBeGreaterThan(8);
  expect(silent).toEqual([]);
});

describe('tables', () => {
  /** Of what src/db does for all stations. */
  const ofTheDatabase = ['idempotent_answers', 'leases', 'migrations', 'shop'];
  const owners: Record<string, string[]> = {
    intake: [
      'touched_days',
      'touched_items',
      'order_statuses',
      'costs',
      'market_figures',
      'item_stock_days',
      'item_prices',
      'item_embeddings',
      'embedding_length',
      'stock_carried',
      'items',
      'customers',
      'customer_attributes',
      'visitors',
      'identity_links',
      'events',
      'event_keys',
      'dropped_event_periods',
      'imports',
      'orders',
      'order_lines',
      'refunds',
      'refund_lines',
      'refund_links',
      'refund_charges',
      'refund_remainders',
      'order_versions',
      'newest_behaviours',
      'newest_behaviours_bound',
      'quarantine',
      'corrections',
      'erased_people',
      'erasure_key',
    ],
    connectors: ['connectors', 'connector_deliveries', 'connector_numbers', 'feeds', 'feed_items'],
    experiments: ['experiments', 'experiment_assignments', 'holdouts', 'holdout_considerations', 'holdout_visitors'],
    versions: ['model_versions', 'releases', 'published_release'],
    recommendations: [
      'popularity_scores',
      'newcomer_tastes',
      'association_rules',
      'item_complements',
      'category_complements',
      'search_terms',
      'segment_best_sellers',
      'rule_blocks',
      'item_neighbours',
      'customer_lists',
      'served_lists',
      'placements',
    ],
    segments: [
      'customer_segments',
      'segment_changes',
      'customer_values',
      'customer_tags',
      'tag_names',
      'predicted_attributes',
      'predicted_labels',
      'defined_segments',
      'segment_refreshes',
      'segment_memberships',
    ],
    coupons: [
      'budget_raises',
      'campaign_costs',
      'campaign_givings',
      'campaign_joiners',
      'campaign_terms',
      'giving_customers',
      'campaigns',
      'coupons',
      'coupon_uses',
      'coupon_counters',
      'coupon_reversals',
      'coupon_ledger',
      'coupon_decisions',
      'campaign_sets',
      'policies',
      'policy_versions',
      'policy_publications',
      'code_guesses',
      'failed_code_days',
      'referral_codes',
      'referrals',
    ],
    outcomes: [
      'past_campaigns',
      'past_recipients',
      'past_coupons',
      'past_redemptions',
      'campaign_responses',
      'response_features',
    ],
    indicators: [
      ...[
        'indicator_cells',
        'roll_ups',
        'roll_up_facts',
        'roll_up_families',
        'roll_up_progress',
        'list_counts',
        'list_credits',
        'named_campaigns',
        'named_topics',
      ],
      ...['demand_forecasts', 'demand_forecast_progress', 'item_supplies', 'indicator_alarms', 'alarms'],
      ...['trends', 'trend_progress', 'search_words', 'sales_effects'],
    ],
    training: ['training_runs', 'engine_jobs', 'engine_results'],
    instances: ['instances'],
    keys: ['api_keys'],
    accounts: ['users', 'tickets', 'sessions', 'sign_in_guesses', 'known_devices', 'recovery_codes'],
    audit: ['audit_entries', 'audit_head', 'audit_deeds', 'write_counts'],
  };

  test('every table has one owner', () => {
    const schema = readFileSync(join(projectRoot, 'migrations/schema.sql'), 'utf8');
    const tables = Array.from(schema.matchAll(/^create (?:unlogged )?table (\w+)/gim), ([, name]) => name);
    expect(tables.length).toBeGreaterThan(30);
    const owned = Object.values(owners).flat();
    expect(tables.filter((table) => !owned.includes(table) && !ofTheDatabase.includes(table))).toEqual([]);
    expect(owned.filter((table, place) => owned.indexOf(table) !== place || !tables.includes(table))).toEqual([]);
  });

  test.each(Object.entries(owners))('the tables of %s are named in its stores only', (owner, tables) => {
    const named = new RegExp(`\\b(from|join|into|update|table)\\s+(only\\s+)?(${tables.join('|')})\\b`, 'i');
    const wrong = src.filter(({ file, text }) => {
      const isOwnStore = file.startsWith(`src/${owner}/`) && /(^|[/-])store\.ts$/.test(file);
      const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
      return (
        !isOwnStore &&
        [...code.matchAll(/`[^`]*`|'[^'\n]*'/g)].some(
          ([literal]) =>
            named.test(literal) && /\b(select|insert|update|delete|create|alter|drop|copy)\b/i.test(literal),
        )
      );
    });
    expect(wrong.map(({ file }) => file)).toEqual([]);
  });

  test('statements are written in stores and in db/ only', () => {
    const statement =
      /^[`'\s]*(select\b[\s\S]*\bfrom\b|select unnest|insert into |update \w+ set |delete from |create (temporary )?table |with \w+ as )/;
    const wrong = src.filter(({ file, text }) => {
      if (file.startsWith('src/db/') || /(^|[/-])store\.ts$/.test(file)) return false;
      const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
      return (code.match(/`[^`]*`|'[^'\n]*'/g) ?? []).some((literal) => statement.test(literal));
    });
    expect(wrong.map(({ file }) => file)).toEqual([]);
  });
});
