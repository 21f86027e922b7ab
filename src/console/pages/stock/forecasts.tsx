import { get, usePages } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import {
  Change,
  type Column,
  Empty,
  Panel,
  Problem,
  Segmented,
  Skeleton,
  Table,
  useUrlState,
} from '../../kit/index.ts';
import { type DemandForecast, Forecast } from '../../shared/demand/forecast.tsx';
import { wordOf } from '../../shared/people/names.ts';
import { demandTexts } from '../../texts/demand.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

type Of = 'category' | 'item';

/** What will be asked for: one drawn, all as a table. */
export function Forecasts() {
  const t = useTexts(texts);
  const demand = useTexts(demandTexts);
  const format = useFormat();
  const [of, , setAll] = useUrlState<Of>('of', 'category');
  const [member, setMember] = useUrlState<string>('member', '');
  const pages = usePages(get('/v1/demand-forecasts', { query: { of, limit: 50 } }));
  const nameOf = (one: DemandForecast) => one.member || demand.without;
  const chosen = pages.rows?.find((one) => one.member === member && one.of === of) ?? pages.rows?.[0];
  const columns = useForecastColumns(of, setMember);
  const asOf = pages.first?.as_of;
  if (pages.error) return <Problem error={pages.error} onRetry={pages.again} />;
  if (!pages.rows) return <Skeleton height={420} />;
  if (!chosen) {
    return (
      <Panel>
        <Empty
          icon="chart"
          title={t.noForecastsTitle}
          text={t.noForecastsText}
          command="npx pannier indicators forecast"
        />
      </Panel>
    );
  }
  return (
    <div className="grid">
      <Panel
        title={t.forecastOf(nameOf(chosen))}
        note={asOf && t.madeAt(format.moment(asOf))}
        about={demand.about}
        source={pages.source}
        actions={
          <Segmented<Of>
            label={t.forecastsOf}
            value={of}
            onChange={(next) => setAll({ of: next === 'category' ? '' : next, member: '' })}
            choices={[
              { value: 'category', label: t.categories },
              { value: 'item', label: t.items },
            ]}
          />
        }
      >
        <Forecast key={`${of} ${chosen.member}`} forecast={chosen} name={nameOf(chosen)} source={pages.source} />
      </Panel>
      <Panel title={t.allForecasts} note={t.allForecastsNote} about={demand.about} source={pages.source} flush>
        <Table
          caption={t.allForecasts}
          rows={pages}
          columns={columns}
          rowKey={(one) => one.member}
          rowClass={(one) => (one === chosen ? 'is-chosen' : undefined)}
          fileName={`forecasts-${of}`}
        />
      </Panel>
    </div>
  );
}

function useForecastColumns(of: Of, onChoose: (member: string) => void): Column<DemandForecast>[] {
  const t = useTexts(texts);
  const demand = useTexts(demandTexts);
  const format = useFormat();
  const units = (value: number | null | undefined) => format.number(value, 1);
  const member: Column<DemandForecast> = {
    key: 'member',
    header: of === 'category' ? t.category : t.item,
    cell: (one) => (
      <button type="button" className="stock-choose" onClick={() => onChoose(one.member)}>
        {one.member || demand.without}
      </button>
    ),
    value: (one) => one.member,
  };
  const figures: Column<DemandForecast>[] = [
    {
      key: 'week',
      header: demand.firstWeek,
      align: 'end',
      cell: ({ weeks }) => units(weeks[0]?.expected),
      value: ({ weeks }) => weeks[0]?.expected ?? null,
    },
    {
      key: 'all',
      header: demand.inAll('28'),
      align: 'end',
      cell: ({ horizon }) => units(horizon.expected),
      value: ({ horizon }) => horizon.expected,
    },
    {
      key: 'range',
      header: demand.interval80,
      help: demand.inAllAbout,
      align: 'end',
      cell: ({ horizon }) => `${format.count(horizon.interval_80[0])} – ${format.count(horizon.interval_80[1])}`,
      value: ({ horizon }) => horizon.interval_80.join(' – '),
    },
  ];
  return [member, ...(of === 'item' ? [categoryColumn(t.category)] : []), ...figures, ...useErrorColumns()];
}

const categoryColumn = (header: string): Column<DemandForecast> => ({
  key: 'category',
  header,
  wideOnly: true,
  cell: ({ category }) => category,
  value: ({ category }) => category,
});

/** How it is foreseen, and how well. */
function useErrorColumns(): Column<DemandForecast>[] {
  const t = useTexts(texts);
  const demand = useTexts(demandTexts);
  const format = useFormat();
  return [
    {
      key: 'method',
      header: demand.method,
      wideOnly: true,
      cell: ({ method }) => wordOf(demand.methods, method),
      value: ({ method }) => wordOf(demand.methods, method),
    },
    {
      key: 'error',
      header: demand.error,
      help: demand.errorAbout,
      align: 'end',
      wideOnly: true,
      cell: ({ error }) => format.number(error, 1),
      value: ({ error }) => error,
    },
    {
      key: 'better',
      header: t.againstNaive,
      help: t.againstNaiveHelp,
      align: 'end',
      wideOnly: true,
      cell: (one) => <Change value={gainOf(one)} better="less" />,
      value: gainOf,
    },
  ];
}

/** By what part it errs more than the week before again; below 0 is better. */
const gainOf = ({ error, seasonal_naive_error: naive }: DemandForecast): number | null =>
  error === null || !naive ? null : error / naive - 1;
