import { type Answer, type Asked, get, useGet } from '../../api/index.ts';
import { Loaded, Panel } from '../../kit/index.ts';
import { ItemLink } from '../../shared/goods/item-link.tsx';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

type List = Answer<'/v1/items/{item_id}/related-items'>;

/** The two lists that a shopper sees beside the item; looked at here, they do not count as shown. */
export function Beside({ itemId }: { itemId: string }) {
  const t = useTexts(texts);
  const input = { path: { item_id: itemId }, query: { limit: 8, shown: false } };
  const related = useGet(get('/v1/items/{item_id}/related-items', input), { keep: false });
  const together = useGet(get('/v1/items/{item_id}/complements', input), { keep: false });
  return (
    <>
      <BesideList title={t.related} note={t.relatedNote} asked={related} none={t.noRelated} />
      <BesideList title={t.together} note={t.togetherNote} asked={together} none={t.noTogether} />
    </>
  );
}

function BesideList({ title, note, asked, none }: { title: string; note: string; asked: Asked<List>; none: string }) {
  return (
    <Panel title={title} note={note} source={asked.source}>
      <Loaded asked={asked} lines={6}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="muted">{none}</p>
          ) : (
            <ol className="ranks">
              {items.map(({ item_id, title: name }) => (
                <li key={item_id}>
                  <ItemLink itemId={item_id} title={name} />
                </li>
              ))}
            </ol>
          )
        }
      </Loaded>
    </Panel>
  );
}
