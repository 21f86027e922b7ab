import { useMay } from '../../../app/session.tsx';
import { Loaded, Notice, Panel, Preview, Problem } from '../../../kit/index.ts';
import { Ranks } from '../../../shared/goods/ranks.tsx';
import { useTexts } from '../../../texts/texts.ts';
import { useMaySeePersons } from '../who.tsx';
import type { Draft } from './draft.ts';
import { PageForm } from './page-form.tsx';
import { placementTexts } from './texts.ts';
import { isOfPerson, type PageOfLists, type Placement } from './types.ts';
import type { PagePreview } from './use-page-preview.ts';

type Part = PageOfLists['placements'][number];

/** A page with the placement as it is, and as it would be: each of its lists, what goes and what comes. */
export function PreviewPanel({
  draft,
  current,
  all,
  preview,
  isUnchanged,
}: {
  draft: Draft;
  current: Placement | undefined;
  all: readonly Placement[];
  preview: PagePreview;
  isUnchanged: boolean;
}) {
  const t = useTexts(placementTexts);
  const mayAsk = useMay()('recommend', 'lists');
  const { before, after } = preview;
  if (!mayAsk) {
    return (
      <Panel title={t.preview} span={7}>
        <Notice>{t.noPreview}</Notice>
      </Panel>
    );
  }
  const page = (of: PageOfLists, other: readonly Part[], mark: 'goes' | 'comes') => (
    <PageParts parts={of.placements} other={other} mark={mark} wanted={draft} />
  );
  return (
    <Panel title={t.preview} note={t.previewNote} span={7} source={after.source}>
      <div className="stack">
        <PageForm draft={draft} all={all} bestSeller={preview.bestSeller} />
        <Missing draft={draft} />
        {after.error ? (
          <Problem error={after.error} title={t.cannotBe} />
        ) : (
          <Loaded asked={after} height={280}>
            {(would) => (
              <div aria-live="polite" aria-busy={preview.isPending}>
                {isUnchanged || !current || !before.data ? (
                  page(would, would.placements, 'comes')
                ) : (
                  <Preview
                    titles={[t.before, t.after]}
                    before={page(before.data, would.placements, 'goes')}
                    after={page(would, before.data.placements, 'comes')}
                  />
                )}
              </div>
            )}
          </Loaded>
        )}
      </div>
    </Panel>
  );
}

/** What the method needs that the page above does not say. */
function Missing({ draft: { method } }: { draft: Draft }) {
  const t = useTexts(placementTexts);
  const maySeePersons = useMaySeePersons();
  const params = new URLSearchParams(location.search);
  if (isOfPerson(method) && !maySeePersons) return <Notice>{t.personsClosed}</Notice>;
  if (isOfPerson(method) && !params.get('customer')) return <Notice>{t.needsPerson}</Notice>;
  if (method === 're-rank' && !params.get('found')) return <Notice>{t.needsFound}</Notice>;
  return null;
}

/** Each list of a page; of several each under its name. */
function PageParts({
  parts,
  other,
  mark,
  wanted,
}: {
  parts: readonly Part[];
  other: readonly Part[];
  mark: 'goes' | 'comes';
  wanted: Draft;
}) {
  const t = useTexts(placementTexts);
  return parts.map((part, place) => (
    <section key={part.placement} className="placement-part">
      {(parts.length > 1 || part.title) && (
        <h4>
          {part.title ?? part.placement}
          {part.title && parts.length > 1 && <span className="muted mono"> {part.placement}</span>}
        </h4>
      )}
      {mark === 'comes' && place === 0 && part.method !== wanted.method && (
        <p className="muted">{t.shownInstead(t.methods[part.method])}</p>
      )}
      {part.best_sellers_of === 'all' && <p className="muted">{t.tooFew}</p>}
      {part.values ? (
        <ol className="ranks">
          {part.values.map(({ value }) => (
            <li key={value}>{value}</li>
          ))}
        </ol>
      ) : (
        <Ranks
          list={part.items.map(ranked)}
          other={(other[place]?.items ?? []).map(ranked)}
          mark={mark}
          empty={t.emptyList}
        />
      )}
    </section>
  ));
}

const ranked = ({ item_id, title, position }: Part['items'][number]) => ({ item_id, title: title ?? null, position });
