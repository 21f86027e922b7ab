import { get, useGet } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { Facts, Loaded, Meter, Panel } from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

/** On how many customers' lists of the night it stands, and how high. */
export function OnLists({ itemId }: { itemId: string }) {
  const t = useTexts(texts);
  const format = useFormat();
  const asked = useGet(get('/v1/items/{item_id}/lists', { path: { item_id: itemId } }), { keep: false });
  return (
    <Panel title={t.onLists} note={t.onListsNote} about={t.onListsAbout} source={asked.source}>
      <Loaded asked={asked}>
        {({ version, lists, customers, first, up_to_3, up_to_10, mean_place: mean }) =>
          version === null ? (
            <p className="muted">{t.noVersion}</p>
          ) : (
            <div className="stack">
              <Meter
                label={t.ofLists}
                value={lists > 0 ? customers / lists : 0}
                text={t.of(format.count(customers), format.count(lists))}
              />
              <Facts
                facts={[
                  [t.first, format.count(first)],
                  [t.upTo3, format.count(up_to_3)],
                  [t.upTo10, format.count(up_to_10)],
                  [t.mean, format.number(mean, 1)],
                  [t.version, format.count(version)],
                ]}
              />
            </div>
          )
        }
      </Loaded>
    </Panel>
  );
}
