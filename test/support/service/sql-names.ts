import ts from 'typescript';

export interface NameFault {
  /** The sub-select, shortened. */
  where: string;
  names: string[];
}

interface Token {
  text: string;
  kind: 'name' | 'symbol' | 'value';
}

/** The string literals of a source that hold SQL with a sub-select; what is put into a template is `$0`. */
export function sqlOf(source: string): string[] {
  const found: string[] = [];
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    if (ts.isTemplateExpression(node)) {
      found.push(node.head.text + node.templateSpans.map(({ literal }) => `$0${literal.text}`).join(''));
    } else if (ts.isStringLiteralLike(node)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found.filter((text) => /\(\s*select\b/i.test(text));
}

/**
 * Column names without their table in sub-selects that look at a row outside: Postgres takes such a name for the inner table's
 * without a word, whatever the author meant.
 */
export function unqualifiedNames(sql: string): NameFault[] {
  const tokens = tokenise(sql);
  const faults: NameFault[] = [];
  for (let at = 0; at < tokens.length; at++) {
    if (tokens[at].text !== '(' || tokens[at + 1]?.text !== 'select') continue;
    const body = tokens.slice(at + 1, closing(tokens, at));
    const own = withoutSelects(body);
    const { tables, defined, skipped } = sourcesOf(own);
    const inner = new Set([...tables, ...sourcesOf(body).tables]);
    const isForeign = ({ text }: Token) => text.includes('.') && !inner.has(text.slice(0, text.indexOf('.')));
    const isLateral = tokens[at - 1]?.text === 'lateral';
    const isExists = tokens[at - 1]?.text === 'exists';
    if (!isLateral && !isExists && !own.some((token) => token.kind === 'name' && isForeign(token))) continue;
    const bare = own.filter(
      ({ text, kind }, index) =>
        kind === 'name' &&
        !text.includes('.') &&
        !skipped.has(index) &&
        !keywords.has(text) &&
        !defined.has(text) &&
        own[index + 1]?.text !== '(' &&
        own[index - 1]?.text !== '::' &&
        // a window, and a field of a time
        !['over', 'window', 'extract'].includes(own[index - (own[index - 1]?.text === '(' ? 2 : 1)]?.text ?? '') &&
        own[index - 1]?.text !== 'as',
    );
    if (bare.length > 0) {
      const where = body.map(({ text }) => text).join(' ');
      faults.push({ where: where.slice(0, 120), names: [...new Set(bare.map(({ text }) => text))] });
    }
  }
  return faults;
}

const keywords = new Set(
  `select distinct on all from join left right full inner outer cross lateral using where and or not in is null true false exists
   between like any some array as case when then else end group by order asc desc nulls first last limit offset having union
   except intersect filter within over partition window rows range with ordinality values for update no key share of skip locked
   interval timestamptz date time at zone only row only current_date materialized collate int bigint text numeric float8 real int8
   int4 boolean jsonb json bytea uuid returning insert into delete set default conflict do nothing`
    .split(/\s+/)
    .filter(Boolean),
);

function tokenise(sql: string): Token[] {
  const pattern =
    /--[^\n]*|\/\*[\s\S]*?\*\/|('(?:[^']|'')*')|("(?:[^"]|"")*"(?:\.(?:\w+|"[^"]*"|\*))?|\$\d+\.\w+|[A-Za-z_]\w*(?:\.(?:\$?\w+|"[^"]*"|\*))?)|(\$\w+|\d+(?:\.\d+)?)|(::|[^\s\w])/g;
  return [...sql.matchAll(pattern)].flatMap(([, text, name, value, symbol]): Token[] => {
    if (name !== undefined) return [{ text: name.startsWith('"') ? name : name.toLowerCase(), kind: 'name' }];
    if (symbol !== undefined) return [{ text: symbol, kind: 'symbol' }];
    const other = text ?? value;
    return other === undefined ? [] : [{ text: other, kind: 'value' }];
  });
}

function closing(tokens: readonly Token[], opening: number): number {
  let depth = 0;
  for (let at = opening; at < tokens.length; at++) {
    if (tokens[at].text === '(') depth++;
    else if (tokens[at].text === ')' && --depth === 0) return at;
  }
  return tokens.length;
}

/** What is in a sub-select's own sub-selects is theirs. */
function withoutSelects(body: readonly Token[]): Token[] {
  const own: Token[] = [];
  for (let at = 0; at < body.length; at++) {
    own.push(body[at]);
    if (body[at].text !== '(' || body[at + 1]?.text !== 'select') continue;
    at = closing(body, at);
    own.push({ text: ')', kind: 'symbol' });
  }
  return own;
}

/** The tables of a select by the names they have there, the columns that it names itself, and where tables are named. */
function sourcesOf(own: readonly Token[]): { tables: Set<string>; defined: Set<string>; skipped: Set<number> } {
  const tables = new Set<string>();
  const defined = new Set<string>();
  const skipped = new Set<number>();
  let isFrom = false;
  for (let at = 0; at < own.length; at++) {
    const { text, kind } = own[at];
    if (['from', 'join'].includes(text)) isFrom = true;
    if (['where', 'group', 'order', 'limit', 'on', 'having', 'union', 'select', 'window'].includes(text))
      isFrom = false;
    // A column that is joined by using is neither table's; one that is given a name here is no table's.
    if (text === 'using' && own[at + 1]?.text === '(') {
      const end = closing(own, at + 1);
      for (let inside = at + 2; inside < end; inside++) {
        defined.add(own[inside].text);
        skipped.add(inside);
      }
      at = end;
      continue;
    }
    const before = own[at - 1]?.text ?? '';
    if (!isFrom || kind !== 'name' || keywords.has(text)) continue;
    const isTable = ['from', 'join', ',', 'only', 'lateral'].includes(before) && own[at + 1]?.text !== '(';
    const isAlias = before === 'as' || before === ')' || (own[at - 1]?.kind === 'name' && !keywords.has(before));
    if (!isTable && !isAlias) continue;
    tables.add(text);
    skipped.add(at);
    // as name (column, …)
    if (isAlias && own[at + 1]?.text === '(') {
      const end = closing(own, at + 1);
      for (let inside = at + 2; inside < end; inside++) skipped.add(inside);
      at = end;
    }
  }
  return { tables, defined, skipped };
}
