import { get, useGet } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { Dialog, Empty, Loaded } from '../../kit/index.ts';
import { Forecast } from '../../shared/demand/forecast.tsx';
import { useSaid } from '../../shared/use-said.ts';
import { demandTexts } from '../../texts/demand.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

/** What is foreseen of one item, over the table that it was found in. */
export function ItemForecast({ itemId, title, onClose }: { itemId: string; title: string; onClose(): void }) {
  const t = useTexts(texts);
  const demand = useTexts(demandTexts);
  const say = useSaid();
  const format = useFormat();
  const asked = useGet(get('/v1/items/{item_id}/demand-forecast', { path: { item_id: itemId } }), { keep: false });
  const asOf = asked.data?.as_of;
  return (
    <Dialog
      isOpen
      wide
      onClose={onClose}
      title={t.forecastOf(title)}
      description={asOf ? t.madeAt(format.moment(asOf)) : undefined}
    >
      <Loaded asked={asked} height={380}>
        {({ forecast, reason }) =>
          forecast ? (
            <Forecast forecast={forecast} name={title} source={asked.source} />
          ) : (
            <Empty icon="chart" title={demand.noneTitle} text={say(reason)} command="npx pannier indicators forecast" />
          )
        }
      </Loaded>
    </Dialog>
  );
}
