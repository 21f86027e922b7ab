import './indicators.css';
import { useSession } from '../../app/session.tsx';
import { DateRange, Page, Tabs, useUrlState } from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { alarmTexts } from './alarms/alarm-texts.ts';
import { Alarms } from './alarms/alarms.tsx';
import { Cohorts } from './cohorts.tsx';
import { Funnel } from './funnel.tsx';
import { OverTime } from './over-time.tsx';
import { texts } from './texts.ts';

type View = 'time' | 'funnel' | 'cohorts' | 'alarms';

export default function Indicators() {
  const t = useTexts(texts);
  const alarms = useTexts(alarmTexts);
  const { shop } = useSession();
  const [view, setView] = useUrlState<View>('view', 'time');
  return (
    <Page
      title={t.title}
      purpose={t.purpose}
      actions={view === 'time' ? <DateRange timeZone={shop.time_zone} defaultDays="28" /> : undefined}
    >
      <Tabs<View>
        label={t.tabs}
        value={view}
        onChange={setView}
        tabs={[
          { value: 'time', label: t.overTime, content: () => <OverTime /> },
          { value: 'funnel', label: t.funnel, content: () => <Funnel /> },
          { value: 'cohorts', label: t.cohorts, content: () => <Cohorts /> },
          { value: 'alarms', label: alarms.alarms, content: () => <Alarms /> },
        ]}
      />
    </Page>
  );
}
