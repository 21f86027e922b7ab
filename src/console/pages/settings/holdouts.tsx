import { type ReactNode, useState } from 'react';
import { type Answer, type ApiError, type Asked, get, put, useChange, useGet } from '../../api/index.ts';
import { useMay } from '../../app/session.tsx';
import { useFormat } from '../../format/index.ts';
import {
  Button,
  type Column,
  Confirm,
  Figure,
  Loaded,
  Panel,
  Problem,
  Table,
  TextField,
  useToast,
} from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

/** Two shares of people who are left without something, so that what it adds can be measured. */
export function Holdouts() {
  const may = useMay();
  return (
    <div className="grid">
      {may('coupons', 'view') && <WithoutOffers />}
      {may('train', 'view') && <WithPopularLists />}
    </div>
  );
}

type Coupons = Answer<'/v1/coupon-holdouts'>;
type Lists = Answer<'/v1/recommendation-holdouts'>;

function WithoutOffers() {
  const t = useTexts(texts);
  const may = useMay();
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  const asked = useGet(get('/v1/coupon-holdouts'));
  const now = asked.data?.items[0];
  return (
    <HoldoutPanel
      title={t.couponHoldout}
      note={t.couponHoldoutNote}
      asked={asked}
      more={({ exploration_share }) => `${format.plainPercent(exploration_share)} ${t.explores}`}
      action={may('coupons') && <Button onClick={() => setOpen(true)}>{t.change}</Button>}
    >
      {isOpen && (
        <ChangeCoupons share={now?.share ?? 0} explores={now?.exploration_share ?? 0} onClose={() => setOpen(false)} />
      )}
    </HoldoutPanel>
  );
}

function WithPopularLists() {
  const t = useTexts(texts);
  const may = useMay();
  const [isOpen, setOpen] = useState(false);
  const asked = useGet(get('/v1/recommendation-holdouts'));
  return (
    <HoldoutPanel
      title={t.listHoldout}
      note={t.listHoldoutNote}
      asked={asked}
      more={() => ''}
      action={may('train') && <Button onClick={() => setOpen(true)}>{t.change}</Button>}
    >
      {isOpen && <ChangeLists share={asked.data?.items[0]?.share ?? 0} onClose={() => setOpen(false)} />}
    </HoldoutPanel>
  );
}

/** What holds, and what held before. */
function HoldoutPanel<Holdout extends { share: number; since: string }>({
  title,
  note,
  asked,
  more,
  action,
  children,
}: {
  title: string;
  note: string;
  asked: Asked<{ items: Holdout[] }>;
  more(holdout: Holdout): string;
  action: ReactNode;
  children: ReactNode;
}) {
  const t = useTexts(texts);
  const format = useFormat();
  const columns: Column<Holdout>[] = [
    {
      key: 'share',
      header: t.share,
      cell: (holdout) => (
        <>
          {format.plainPercent(holdout.share)} <span className="muted">{more(holdout)}</span>
        </>
      ),
    },
    { key: 'since', header: t.since, align: 'end', cell: ({ since }) => format.moment(since) },
  ];
  return (
    <Panel title={title} note={note} span={6} source={asked.source} actions={action}>
      <Loaded asked={asked}>
        {({ items }) => {
          const [now] = items;
          return (
            <div className="stack">
              <p className="settings-holds">
                <span className="muted">{t.holds}</span>
                <Figure about={{ name: title, definition: note, source: asked.source }} className="settings-share">
                  {now && now.share > 0 ? format.plainPercent(now.share) : t.nobody}
                </Figure>
                {now && <span className="muted">{more(now)}</span>}
              </p>
              {items.length > 0 && (
                <>
                  <h3 className="settings-h3">{t.history}</h3>
                  <Table caption={t.history} rows={{ rows: items }} columns={columns} rowKey={({ since }) => since} />
                </>
              )}
            </div>
          );
        }}
      </Loaded>
      {children}
    </Panel>
  );
}

/** Percent as somebody types it, as a share of 1 in steps of 0.0001; undefined: no number. */
function shareOf(percent: string): number | undefined {
  const number = Number(percent.trim().replace(',', '.'));
  return percent.trim() === '' || !Number.isFinite(number) ? undefined : Math.round(number * 100) / 10_000;
}

const percentOf = (share: number) => String(Math.round(share * 10_000) / 100);

function ChangeCoupons({ share, explores, onClose }: { share: number; explores: number; onClose(): void }) {
  const t = useTexts(texts);
  const format = useFormat();
  const toast = useToast();
  const [percent, setPercent] = useState(percentOf(share));
  const [exploring, setExploring] = useState(percentOf(explores));
  const { run, isRunning, error } = useChange<Coupons>(['/v1/coupon-holdouts', '/v1/audit-entries']);
  const [next, nextExploring] = [shareOf(percent), shareOf(exploring)];
  const set = (chosen: number, chosenExploring: number) =>
    run(put('/v1/coupon-holdouts', { body: { share: chosen, exploration_share: chosenExploring } }));
  const save = async () => {
    if (next === undefined || nextExploring === undefined || !(await set(next, nextExploring))) return;
    onClose();
    toast({ title: t.shareDone, text: format.plainPercent(next), undo: () => void set(share, explores) });
  };
  const isReady = next !== undefined && nextExploring !== undefined;
  return (
    <Asking
      title={t.changeCoupon}
      will={isReady ? t.couponWill(format.plainPercent(next), format.plainPercent(nextExploring)) : t.notNumber}
      error={error}
      isWorking={isRunning}
      onClose={onClose}
      onSave={save}
    >
      <Percent
        label={t.share}
        hint={t.shareHint('1', '15')}
        value={percent}
        onChange={setPercent}
        error={error?.fault('share')}
      />
      <Percent
        label={t.exploration}
        hint={t.explorationHint}
        value={exploring}
        onChange={setExploring}
        error={error?.fault('exploration_share')}
      />
    </Asking>
  );
}

function ChangeLists({ share, onClose }: { share: number; onClose(): void }) {
  const t = useTexts(texts);
  const format = useFormat();
  const toast = useToast();
  const [percent, setPercent] = useState(percentOf(share));
  const { run, isRunning, error } = useChange<Lists>([
    '/v1/recommendation-holdouts',
    '/v1/recommendation-reports',
    '/v1/audit-entries',
  ]);
  const next = shareOf(percent);
  const set = (chosen: number) => run(put('/v1/recommendation-holdouts', { body: { share: chosen } }));
  const save = async () => {
    if (next === undefined || !(await set(next))) return;
    onClose();
    toast({ title: t.shareDone, text: format.plainPercent(next), undo: () => void set(share) });
  };
  return (
    <Asking
      title={t.changeList}
      will={next === undefined ? t.notNumber : t.listWill(format.plainPercent(next))}
      error={error}
      isWorking={isRunning}
      onClose={onClose}
      onSave={save}
    >
      <Percent
        label={t.share}
        hint={t.shareHint('0.5', '5')}
        value={percent}
        onChange={setPercent}
        error={error?.fault('share')}
      />
    </Asking>
  );
}

function Percent(props: {
  label: string;
  hint: string;
  value: string;
  onChange(value: string): void;
  error: string | undefined;
}) {
  return <TextField {...props} label={`${props.label} (%)`} inputMode="decimal" required />;
}

function Asking({
  title,
  will,
  error,
  isWorking,
  onClose,
  onSave,
  children,
}: {
  title: string;
  will: string;
  error: ApiError | undefined;
  isWorking: boolean;
  onClose(): void;
  onSave(): void;
  children: ReactNode;
}) {
  const t = useTexts(texts);
  return (
    <Confirm
      isOpen
      onClose={onClose}
      title={title}
      description={will}
      confirm={t.save}
      isWorking={isWorking}
      onConfirm={onSave}
    >
      <div className="settings-form">
        {children}
        <p className="muted">{t.larger}</p>
        {error && <Problem error={error} title={t.refused} />}
      </div>
    </Confirm>
  );
}
