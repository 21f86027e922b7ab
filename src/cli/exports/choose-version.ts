import type { Database } from '../../db/index.ts';
import { PannierError } from '../../errors.ts';
import { profiledCustomerIdsOf } from '../../intake/index.ts';
import { getVersion, type ModelKind, type ModelVersion, readPublishedRelease } from '../../versions/index.ts';

const pageSize = 1_000;

/** The version of this number, by default the published one. @throws PannierError `not_found` */
export async function chooseVersion(db: Database, kind: ModelKind, number: number | undefined): Promise<ModelVersion> {
  if (number !== undefined) return getVersion(db, kind, number);
  const version = (await readPublishedRelease(db))?.models[kind];
  if (!version) throw nothingPublished();
  return version;
}

export function nothingPublished(): PannierError {
  return new PannierError('not_found', 'Nothing is published yet: train first.');
}

/** Beside each value its customer's id; who has objected to profiling or was erased since is left out. */
export async function* withCustomerIds<Value extends { customerKey: number }>(
  db: Database,
  values: AsyncIterable<Value>,
): AsyncGenerator<[customerId: string, value: Value]> {
  for await (const page of inPages(values)) {
    const ids = await profiledCustomerIdsOf(
      db,
      page.map(({ customerKey }) => customerKey),
    );
    for (const value of page) {
      const id = ids.get(value.customerKey);
      if (id !== undefined) yield [id, value];
    }
  }
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
