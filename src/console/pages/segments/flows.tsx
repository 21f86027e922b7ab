import { get, useGet } from '../../api/index.ts';
import { daysApart, useFormat } from '../../format/index.ts';
import { Empty, Loaded, Panel, Select, useUrlState } from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { FlowPicture } from './flow-picture.tsx';
import { texts } from './texts.ts';
import type { Scheme } from './types.ts';

/** Who moved between the published segmentation and an earlier one. */
export function Flows({ scheme, version }: { scheme: Scheme; version: number }) {
  const t = useTexts(texts);
  const format = useFormat();
  const [from, setFrom] = useUrlState<string>('from', '');
  const earlier = /^\d{1,9}$/.test(from) ? { from_version: Number(from) } : {};
  const asked = useGet(get('/v1/segments/flows', { query: { scheme, to_version: version, ...earlier } }));
  const flows = asked.data;
  const kept = (flows?.kept ?? []).filter((one) => one.version < version);
  return (
    <Panel
      title={t.flows}
      note={
        flows?.from &&
        flows.to &&
        t.flowsNote(
          format.moment(flows.from.as_of),
          format.moment(flows.to.as_of),
          format.days(daysApart(flows.from.as_of, flows.to.as_of)),
        )
      }
      about={t.flowsAbout}
      source={asked.source}
      span={5}
      actions={
        kept.length > 1 && (
          <Select
            label={t.against}
            hideLabel
            value={String(flows?.from?.version ?? '')}
            onChange={setFrom}
            choices={kept.map((one) => ({
              value: String(one.version),
              label: t.versionOf(String(one.version), format.day(one.as_of)),
            }))}
          />
        )
      }
    >
      <Loaded asked={asked} height={280}>
        {(known) =>
          known.from && known.to && known.items.length > 0 ? (
            <FlowPicture flows={known} />
          ) : (
            <Empty icon="clock" title={t.flowsTitle} text={t.flowsText} />
          )
        }
      </Loaded>
    </Panel>
  );
}
