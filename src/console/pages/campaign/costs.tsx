import { useState } from 'react';
import { type Answer, get, put, remove, useChange, useGet } from '../../api/index.ts';
import { useMay, useSession } from '../../app/session.tsx';
import { nothing, useFormat } from '../../format/index.ts';
import {
  Button,
  type Column,
  Empty,
  Form,
  IdField,
  Panel,
  Problem,
  Select,
  Table,
  TextField,
  useToast,
  useUrlState,
} from '../../kit/index.ts';
import type { Campaign } from '../../shared/campaigns/types.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

type Cost = Answer<'/v1/campaigns/{campaign_id}/costs'>['items'][number];
const kinds = ['coupon', 'once'] as const;

/** What the campaign costs beside its discounts: told, corrected and taken back. */
export function Costs({ campaign }: { campaign: Campaign }) {
  const t = useTexts(texts);
  const may = useMay();
  const [sort, setSort] = useUrlState<string>('sort', '');
  const columns = useCostColumns(campaign.campaign_id);
  const asked = useGet(get('/v1/campaigns/{campaign_id}/costs', { path: { campaign_id: campaign.campaign_id } }));
  return (
    <div className="grid">
      <Panel title={t.costs} about={t.costsAbout} source={asked.source} flush>
        {asked.error ? (
          <Problem error={asked.error} onRetry={asked.again} />
        ) : (
          <Table
            caption={t.costs}
            rows={{ rows: asked.data?.items }}
            columns={columns}
            rowKey={({ cost_id }) => cost_id}
            sort={[sort, setSort]}
            fileName="costs"
            empty={<Empty icon="campaigns" title={t.noCostsTitle} text={t.noCostsText} />}
          />
        )}
      </Panel>
      {may('coupons') && <TellCost campaign={campaign} />}
    </div>
  );
}

function useCostColumns(campaignId: string): Column<Cost>[] {
  const t = useTexts(texts);
  const format = useFormat();
  const may = useMay();
  return [
    { key: 'name', header: t.costName, cell: ({ name }) => name, value: ({ name }) => name },
    { key: 'per', header: t.costPer, cell: ({ per }) => t.costKinds[per], value: ({ per }) => t.costKinds[per] },
    {
      key: 'amount',
      header: t.costAmount,
      align: 'end',
      cell: ({ amount }) => amount,
      value: ({ amount }) => Number(amount),
    },
    {
      key: 'day',
      header: t.costDay,
      align: 'end',
      cell: ({ day }) => (day ? format.day(day, 'year') : nothing),
      value: ({ day }) => day,
    },
    {
      key: 'units',
      header: t.costUnits,
      help: t.costUnitsHelp,
      align: 'end',
      cell: ({ units }) => format.count(units),
      value: ({ units }) => units,
    },
    {
      key: 'total',
      header: t.costTotal,
      align: 'end',
      cell: ({ total }) => format.money(total),
      value: ({ total }) => Number(total),
    },
    {
      key: 'take-back',
      header: t.takeBack,
      cell: (cost) => (may('coupons') ? <TakeBack campaignId={campaignId} cost={cost} /> : nothing),
    },
  ];
}

const pathOf = (campaign_id: string, cost_id: string) => ({ campaign_id, cost_id });
const bodyOf = ({ name, per, amount, day }: Pick<Cost, 'name' | 'per' | 'amount' | 'day'>) => ({
  name,
  per,
  amount,
  ...(day && { day }),
});

function TakeBack({ campaignId, cost }: { campaignId: string; cost: Cost }) {
  const t = useTexts(texts);
  const toast = useToast();
  const { run, isRunning } = useChange<unknown>(['/v1/campaigns']);
  const path = pathOf(campaignId, cost.cost_id);
  const undo = () => run(put('/v1/campaigns/{campaign_id}/costs/{cost_id}', { path, body: bodyOf(cost) }));
  const takeBack = async () => {
    if (!(await run(remove('/v1/campaigns/{campaign_id}/costs/{cost_id}', { path })))) return;
    toast({ title: t.costGone(cost.name), undo: () => void undo() });
  };
  return (
    <Button small kind="quiet" working={isRunning} onClick={() => void takeBack()}>
      {t.takeBack}
    </Button>
  );
}

function TellCost({ campaign }: { campaign: Campaign }) {
  const t = useTexts(texts);
  const toast = useToast();
  const { shop } = useSession();
  const [id, setId] = useState('');
  const [name, setName] = useState('');
  const [per, setPer] = useState<Cost['per']>('coupon');
  const [amount, setAmount] = useState('');
  const [day, setDay] = useState('');
  const { run, isRunning, error } = useChange<Cost>(['/v1/campaigns']);
  const tell = async () => {
    const body = bodyOf({ name: name.trim(), per, amount: amount.trim(), day: per === 'once' ? day : null });
    const path = pathOf(campaign.campaign_id, id.trim());
    const told = await run(put('/v1/campaigns/{campaign_id}/costs/{cost_id}', { path, body }));
    if (!told) return;
    setId('');
    setName('');
    setAmount('');
    toast({ title: t.costTold(told.name) });
  };
  return (
    <Panel title={t.tellCost} note={t.tellCostNote} span={6}>
      <Form className="stack" onSubmit={tell}>
        <IdField
          label={t.costId}
          hint={t.costIdHint}
          value={id}
          required
          error={error?.fault('cost_id')}
          onChange={setId}
        />
        <TextField
          label={t.costName}
          value={name}
          required
          maxLength={256}
          error={error?.fault('name')}
          onChange={setName}
        />
        <Select<Cost['per']>
          label={t.costPer}
          value={per}
          onChange={setPer}
          choices={kinds.map((value) => ({ value, label: t.costKinds[value] }))}
        />
        <TextField
          label={t.costAmountIn(shop.currency)}
          inputMode="decimal"
          value={amount}
          required
          error={error?.fault('amount')}
          onChange={setAmount}
        />
        {per === 'once' && (
          <TextField label={t.costDay} type="date" value={day} required error={error?.fault('day')} onChange={setDay} />
        )}
        {error && <Problem error={error} title={t.refused} />}
        <div>
          <Button kind="main" type="submit" working={isRunning}>
            {t.tellCost}
          </Button>
        </div>
      </Form>
    </Panel>
  );
}
