import { fisherUpperTail } from '../rules/fisher.ts';

/** One search of somebody. Entry `n` of each is one search; those of one person lie together, in order of time. */
export interface Searches {
  readonly people: ArrayLike<number>;
  /** epoch milliseconds */
  readonly times: ArrayLike<number>;
  /** as they were typed */
  readonly queries: readonly string[];
  /** how many items were found; NaN: nobody said */
  readonly results: ArrayLike<number>;
}

/** A term, and what people who searched for it searched for as well. */
export interface RelatedSearches {
  readonly term: string;
  /** different people who searched for it */
  readonly people: number;
  /** it mostly finds something, or nobody said */
  readonly isFound: boolean;
  /** other terms, those of most people first */
  readonly related: readonly string[];
  /** of the people who searched for the term the share that searched for the other in the same session, beside them */
  readonly shares: readonly number[];
  /** over what chance would give, beside them */
  readonly lifts: readonly number[];
}

/** A term that fewer people have typed is told to nobody: it may say who they are. */
const fewestPeople = 5;
/** Nor are two terms said to go together by fewer. */
const fewestTogether = 3;
/** Of each pair by itself. */
const maximumPValue = 0.01;
const perTerm = 20;
/** Silence that ends a session. */
const silenceMs = 1_800_000;
/** Who searches for more within one session looks for nothing in particular. */
const mostOfSession = 30;
const longestTerm = 100;

/**
 * Which searches go together: terms that the same people searched for within one session, more often than chance lets expect of
 * terms that so many searched for, by Fisher's one-sided exact test. Somebody counts once for each pair, however often they come
 * back to it. What is only the beginning of the term (typed on) and what mostly finds nothing is related to nothing.
 *
 * Time: the sum over sessions of (terms of the session)².
 *
 * @returns terms of at least five people, those of most people first
 */
export function learnRelatedSearches(searches: Searches): RelatedSearches[] {
  const told = tellableTerms(searches);
  const names = [...told.keys()];
  const numberOf = new Map(names.map((term, number) => [term, number]));
  const pairs = countPairs(searches, numberOf);
  const everybody = new Set(Array.from(searches.people)).size;
  return names.map((term, number) => {
    const own = told.get(term)!;
    const others = [...(pairs.get(number) ?? [])]
      .map(([other, both]) => ({ name: names[other], both, all: told.get(names[other])!.people }))
      .filter(({ name, both }) => both >= fewestTogether && !isTypedOn(name, term) && told.get(name)!.isFound)
      .map((other) => ({ ...other, lift: (other.both * everybody) / (own.people * other.all) }))
      .filter(({ both, all, lift }) => lift > 1 && fisherUpperTail(both, own.people, all, everybody) <= maximumPValue)
      .sort((a, b) => b.both - a.both || a.all - b.all || (a.name < b.name ? -1 : 1))
      .slice(0, perTerm);
    return {
      term,
      ...own,
      related: others.map(({ name }) => name),
      shares: others.map(({ both }) => both / own.people),
      lifts: others.map(({ lift }) => lift),
    };
  });
}

/** Is one what stood there while the other was typed? */
function isTypedOn(beginning: string, term: string): boolean {
  return term.startsWith(beginning) && term[beginning.length] !== ' ';
}

/** A query as terms are compared: without case, width of letters and needless blanks. undefined: it is no term. */
export function termOf(query: string): string | undefined {
  const term = query.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
  // An address of somebody is what they typed by mistake.
  const isTerm = term.length > 0 && term.length <= longestTerm && !term.includes('@') && term.isWellFormed();
  return isTerm ? term : undefined;
}

type Told = Pick<RelatedSearches, 'people' | 'isFound'>;

/** Terms that enough people searched for, those of most first. */
function tellableTerms({ people, queries, results }: Searches): Map<string, Told> {
  const counts = new Map<string, { people: Set<number>; finds: number; said: number }>();
  for (let search = 0; search < queries.length; search++) {
    const term = termOf(queries[search]);
    if (term === undefined) continue;
    let count = counts.get(term);
    if (!count) counts.set(term, (count = { people: new Set(), finds: 0, said: 0 }));
    count.people.add(people[search]);
    if (Number.isNaN(results[search])) continue;
    count.said++;
    if (results[search] > 0) count.finds++;
  }
  const told = [...counts].filter(([, count]) => count.people.size >= fewestPeople);
  told.sort(([a, { people: of }], [b, { people: others }]) => others.size - of.size || (a < b ? -1 : 1));
  return new Map(
    told.map(([term, { people: of, finds, said }]) => [
      term,
      { people: of.size, isFound: said === 0 || finds * 2 > said },
    ]),
  );
}

/** By how many people two terms were searched for within one session, both ways. */
function countPairs(
  { people, times, queries }: Searches,
  numberOf: ReadonlyMap<string, number>,
): Map<number, Map<number, number>> {
  const pairs = new Map<number, Map<number, number>>();
  let ofPerson = new Set<string>();
  let session = new Set<number>();
  const closeSession = () => {
    const terms = [...session];
    session = new Set();
    if (terms.length > mostOfSession) return;
    for (const one of terms) for (const other of terms) if (one !== other) ofPerson.add(`${one} ${other}`);
  };
  const closePerson = () => {
    closeSession();
    for (const pair of ofPerson) {
      const [one, other] = pair.split(' ').map(Number);
      let row = pairs.get(one);
      if (!row) pairs.set(one, (row = new Map()));
      row.set(other, (row.get(other) ?? 0) + 1);
    }
    ofPerson = new Set();
  };
  for (let search = 0; search < queries.length; search++) {
    if (search > 0 && people[search] !== people[search - 1]) closePerson();
    else if (search > 0 && times[search] - times[search - 1] > silenceMs) closeSession();
    const term = termOf(queries[search]);
    const number = term === undefined ? undefined : numberOf.get(term);
    if (number !== undefined) session.add(number);
  }
  closePerson();
  return pairs;
}
