import type { Config } from '../config.ts';
import { PannierError } from '../errors.ts';
import { profiledCustomerIdsOf } from '../intake/index.ts';
import { fromMinor } from '../money.ts';
import { csvField, streamCustomerSegments } from '../segments/index.ts';
import { readPublishedRelease } from '../versions/index.ts';
import { withStations } from './session.ts';

export type ExportFormat = 'csv' | 'ndjson';

type Row = Record<string, string | number | boolean | null>;

const pageSize = 1_000;

/** Writes the published association rules, most confident first. */
export function exportRules(
  config: Config,
  format: ExportFormat,
  write: (text: string) => Promise<void>,
): Promise<void> {
  return withStations(config, async ({ stations: { recommendations } }) => {
    await recommendations.start();
    try {
      const put = rowWriter(format, write);
      let cursor: string | null | undefined;
      do {
        const page = recommendations.listRules({ limit: pageSize, ...(cursor ? { cursor } : {}) });
        if (page.version === null) throw nothingPublished();
        for (const { antecedent, ...rule } of page.rules) await put({ antecedent: antecedent.join(' '), ...rule });
        cursor = page.next_cursor;
      } while (cursor);
    } finally {
      await recommendations.stop();
    }
  });
}

/** Writes every customer's RFM, group and cluster of the published release. */
export function exportSegments(
  config: Config,
  format: ExportFormat,
  write: (text: string) => Promise<void>,
): Promise<void> {
  return withStations(config, async ({ database }) => {
    const version = (await readPublishedRelease(database))?.models.segmentation;
    if (!version) throw nothingPublished();
    const put = rowWriter(format, write);
    for await (const page of inPages(streamCustomerSegments(database, version.version))) {
      const ids = await profiledCustomerIdsOf(
        database,
        page.map((segment) => segment.customerKey),
      );
      for (const segment of page) {
        const customerId = ids.get(segment.customerKey);
        if (customerId === undefined) continue;
        await put({
          customer_id: customerId,
          recency_days: segment.recencyDays,
          frequency: segment.frequency,
          monetary: fromMinor(segment.monetaryMinor, config.minorDigits),
          recency_score: segment.recencyScore,
          frequency_score: segment.frequencyScore,
          monetary_score: segment.monetaryScore,
          group: segment.group,
          group_since: segment.groupSince.toISOString(),
          previous_group: segment.previousGroup,
          cluster: segment.cluster,
          cluster_since: segment.clusterSince.toISOString(),
        });
      }
    }
  });
}

function nothingPublished(): PannierError {
  return new PannierError('not_found', 'Nothing is published yet: train first.');
}

function rowWriter(format: ExportFormat, write: (text: string) => Promise<void>): (row: Row) => Promise<void> {
  let wroteHead = false;
  return async (row) => {
    if (format === 'ndjson') return write(`${JSON.stringify(row)}\n`);
    if (!wroteHead) await write(`${Object.keys(row).join(',')}\n`);
    wroteHead = true;
    const fields = Object.values(row).map((value) =>
      value === null ? '' : csvField(typeof value === 'boolean' ? String(value) : value),
    );
    return write(`${fields.join(',')}\n`);
  };
}

async function* inPages<Value>(values: AsyncIterable<Value>): AsyncGenerator<Value[]> {
  let page: Value[] = [];
  for await (const value of values) {
    page.push(value);
    if (page.length === pageSize) {
      yield page;
      page = [];
    }
  }
  if (page.length > 0) yield page;
}
