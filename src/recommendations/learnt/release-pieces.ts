import type { Holdout } from '../../experiments/index.ts';
import type { CatalogueItem } from '../../intake/index.ts';
import type { Catalogue } from '../memory/catalogue/catalogue.ts';
import type { Placement } from '../placements/placement.ts';
import { indexByFirst, type RuleTable } from '../rules/rule-table.ts';
import { byContext, type ServedRules } from '../rules/served-rules.ts';
import type { Served } from './served.ts';
import type { ServedRelease } from './served-release.ts';

/** What lists for nobody in particular are made of, as it is kept on disk; nothing of customers is in it. */
export type Pieces = [ReleasePiece, ...CatalogueItem[][]];

type StoredRules = Omit<ServedRules, 'table'> & { table: Omit<RuleTable, 'byFirst'> };
type ReleasePiece = Omit<ServedRelease, 'rules'> & {
  rules:
    | (Omit<NonNullable<ServedRelease['rules']>, 'table' | 'contexts'> & { contexts: Map<string, StoredRules> })
    | undefined;
  /** absent: a version wrote it that held nobody out */
  listHoldout?: Holdout | undefined;
  /** absent: a version wrote it that knew none */
  placements?: ReadonlyMap<string, Placement>;
};

const itemsPerPiece = 500;

/** The release first, then the items by their dense index: the release speaks of them by it. */
export function* piecesOf(
  { release, listHoldout, placements }: Pick<Served, 'release' | 'listHoldout' | 'placements'>,
  catalogue: Catalogue,
): Generator<Pieces[number]> {
  const { size } = catalogue;
  yield { ...toPiece(release), listHoldout, placements };
  for (let start = 0; start < size; start += itemsPerPiece) {
    const length = Math.min(itemsPerPiece, size - start);
    yield Array.from({ length }, (_, place) => catalogue.truthOf(start + place));
  }
}

function toPiece(release: ServedRelease): ReleasePiece {
  if (!release.rules) return { ...release, rules: undefined };
  const { table: _, contexts, ...version } = release.rules;
  const stored = Array.from(contexts, ([context, { table, ...of }]): [string, StoredRules] => {
    const { byFirst: __, ...arrays } = table;
    return [context, { ...of, table: arrays }];
  });
  return { ...release, rules: { ...version, contexts: new Map(stored) } };
}

/** What these pieces are of; the items are brought into a catalogue that knows none yet. */
export function restoreFrom(
  [{ listHoldout, placements = new Map(), ...piece }, ...items]: Pieces,
  catalogue: Catalogue,
): Pick<Served, 'release' | 'listHoldout' | 'placements'> {
  for (const records of items) catalogue.apply(records, unread);
  return { release: releaseOf(piece), listHoldout, placements };
}

function releaseOf(piece: Omit<ReleasePiece, 'listHoldout' | 'placements'>): ServedRelease {
  if (!piece.rules) return { ...piece, rules: undefined };
  const contexts = new Map(
    Array.from(piece.rules.contexts, ([context, { table, ...of }]): [string, ServedRules] => [
      context,
      { ...of, table: { ...table, byFirst: indexByFirst(table.offsets, table.antecedents) } },
    ]),
  );
  return { ...piece, rules: { ...piece.rules, ...byContext(contexts) } };
}

/** Before every load from the database: each of them knows better. */
export const unread = 0;
