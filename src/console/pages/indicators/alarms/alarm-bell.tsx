import { get, useGet } from '../../../api/index.ts';
import { useMay } from '../../../app/session.tsx';
import { useFormat } from '../../../format/index.ts';
import { Button, Popover, useUrlState } from '../../../kit/index.ts';
import type { Indicator } from '../../../shared/indicators.ts';
import { useTexts } from '../../../texts/texts.ts';
import { AlarmDialog } from './alarm-dialog.tsx';
import { alarmTexts } from './alarm-texts.ts';

/** Sets an alarm of the indicator; open where the address says so. */
export function AlarmBell({ indicator }: { indicator: Indicator }) {
  const t = useTexts(alarmTexts);
  const format = useFormat();
  const may = useMay();
  const [opened, setOpened] = useUrlState<string>('alarm', '');
  const [, , setAll] = useUrlState<string>('view', '');
  const asked = useGet(get('/v1/indicator-alarms'));
  const rules = asked.data?.items ?? [];
  const own = rules.filter(({ indicator_id }) => indicator_id === indicator.indicator_id);
  const canRing = indicator.grains.some((grain) => grain !== 'hour');
  return (
    <>
      {own.length > 0 && (
        <Button small kind="quiet" icon="bell" onClick={() => setAll({ view: 'alarms' })}>
          {t.count(format.count(own.length))}
        </Button>
      )}
      {may('indicators', 'merchandise') && canRing && (
        <Button small icon="bell" aria-haspopup="dialog" onClick={() => setOpened('new')}>
          {t.tellMe}
        </Button>
      )}
      {!may('indicators', 'merchandise') && canRing && (
        <Popover
          trigger={
            <Button small icon="bell">
              {t.tellMe}
            </Button>
          }
          title={t.mayNot}
        >
          {() => <p>{t.mayNotText}</p>}
        </Popover>
      )}
      {opened === 'new' && asked.data && may('indicators', 'merchandise') && (
        <AlarmDialog indicator={indicator} rules={rules} onClose={() => setOpened('')} />
      )}
    </>
  );
}
