import { useState } from 'react';
import { Link } from 'wouter';
import { type Answer, type ApiError, get, sendForText, usePages } from '../../../api/index.ts';
import { nothing, useFormat } from '../../../format/index.ts';
import {
  Badge,
  Button,
  type Column,
  Empty,
  Panel,
  Problem,
  Select,
  saveFile,
  Table,
  TextField,
  useUrlState,
} from '../../../kit/index.ts';
import { campaignPath } from '../../../shared/campaigns/types.ts';
import { Decision } from '../../../shared/decisions/decision.tsx';
import { CustomerLink } from '../../../shared/people/customer-link.tsx';
import { useSettled } from '../../../shared/use-settled.ts';
import { decisionTexts } from '../../../texts/decisions.ts';
import { useTexts } from '../../../texts/texts.ts';
import { texts } from '../texts.ts';

type Giving = Answer<'/v1/campaigns/{campaign_id}/givings'>['items'][number];
type Given = Answer<'/v1/campaigns/{campaign_id}/givings/{giving_id}/customers'>['items'][number];
type Outcome = Given['outcome'];

/** Who got what by a giving, and why who got nothing; as a file for the tool that sends, too. */
export function WhoGotWhat({ giving, isOfReferrals }: { giving: Giving; isOfReferrals: boolean }) {
  const t = useTexts(texts);
  const words = useTexts(decisionTexts);
  const format = useFormat();
  const [outcome, setOutcome] = useUrlState<Outcome | ''>('outcome', '');
  const [query, setQuery] = useUrlState<string>('customer', '');
  const [sort, setSort] = useUrlState<string>('order', '');
  const [opened, setOpened] = useUrlState<string>('decision', '');
  const { campaign_id, giving_id, outcomes, customers } = giving;
  const asked = useSettled(query.trim());
  const pages = usePages(
    get('/v1/campaigns/{campaign_id}/givings/{giving_id}/customers', {
      path: { campaign_id, giving_id },
      query: { limit: 50, ...(outcome && { outcome: [outcome] }), ...(asked && { query: asked }) },
    }),
  );
  const all = useGivenColumns(setOpened);
  // Nothing is decided about a code to hand on, and it has no end of its own.
  const columns = isOfReferrals ? all.filter(({ key }) => key === 'customer_id' || key === 'code') : all;
  const counted = Object.entries(outcomes).sort(([, one], [, other]) => other - one) as [Outcome, number][];
  const decisions = `${campaignPath(campaign_id)}?${new URLSearchParams({ view: 'decisions', giving: giving_id })}`;
  return (
    <Panel
      title={t.whoGotWhatBy(giving_id)}
      note={isOfReferrals ? t.codesToHandOn : <Link href={decisions}>{t.itsDecisions}</Link>}
      about={t.whoGotWhatAbout}
      source={pages.source}
      actions={<Download giving={giving} />}
      flush
    >
      <div className="campaign-filters">
        <Select<Outcome | ''>
          label={t.outcome}
          value={outcome}
          onChange={setOutcome}
          choices={[
            { value: '', label: t.anyOutcome, hint: format.count(customers) },
            ...counted.map(([value, count]) => ({ value, label: words.outcomes[value], hint: format.count(count) })),
          ]}
        />
        <TextField
          type="search"
          label={t.customer}
          placeholder={t.idBegins}
          value={query}
          maxLength={128}
          autoComplete="off"
          spellCheck={false}
          onChange={setQuery}
        />
      </div>
      <Table
        caption={t.whoGotWhatBy(giving_id)}
        rows={pages}
        columns={columns}
        rowKey={({ customer_id }) => customer_id}
        sort={[sort, setSort]}
        fileName={giving_id}
        empty={<Empty icon="customers" title={customers === 0 ? t.nobodyDecided : t.noSuchCustomers} />}
      />
      {opened !== '' && <Decision decisionId={opened} onClose={() => setOpened('')} />}
    </Panel>
  );
}

function useGivenColumns(onOpen: (decisionId: string) => void): Column<Given>[] {
  const t = useTexts(texts);
  const words = useTexts(decisionTexts);
  const format = useFormat();
  const armOf = ({ arm }: Given) => (arm === null ? nothing : t.arms[arm]);
  return [
    {
      key: 'customer_id',
      header: t.customer,
      cell: ({ customer_id: id }) => <CustomerLink id={id} />,
      value: ({ customer_id: id }) => id,
    },
    {
      key: 'outcome',
      header: t.outcome,
      cell: ({ outcome }) => <Badge tone={outcome === 'granted' ? 'good' : 'neutral'}>{words.outcomes[outcome]}</Badge>,
      value: ({ outcome }) => words.outcomes[outcome],
    },
    { key: 'arm', header: t.arm, help: t.armHelp, cell: armOf, value: armOf },
    {
      key: 'code',
      header: t.code,
      cell: ({ code }) => (code === null ? nothing : <code className="nowrap">{code}</code>),
      value: ({ code }) => code,
    },
    {
      key: 'valid_until',
      header: t.goodUntil,
      align: 'end',
      wideOnly: true,
      cell: ({ valid_until: until }) =>
        until === null ? nothing : <span className="nowrap">{format.moment(until)}</span>,
      value: ({ valid_until: until }) => until,
    },
    {
      key: 'why',
      header: t.why,
      align: 'end',
      cell: ({ decision_id: id }) =>
        id !== null && (
          <Button small aria-haspopup="dialog" aria-label={t.whyOf(id)} onClick={() => onOpen(id)}>
            {t.why}
          </Button>
        ),
    },
  ];
}

type FileForm = 'plain' | 'klaviyo' | 'mailchimp' | 'braze';
const forms: readonly FileForm[] = ['plain', 'klaviyo', 'mailchimp', 'braze'];

/** The whole of it in the columns of the tool that sends. */
function Download({ giving: { campaign_id, giving_id } }: { giving: Giving }) {
  const t = useTexts(texts);
  const [form, setForm] = useState<FileForm>('plain');
  const [isAsking, setAsking] = useState(false);
  const [error, setError] = useState<ApiError>();
  const download = async () => {
    setAsking(true);
    setError(undefined);
    const path = { campaign_id, giving_id };
    const request = get('/v1/campaigns/{campaign_id}/givings/{giving_id}/customers', { path, query: { form } });
    await sendForText(request, 'text/csv')
      .then((text) => saveFile(`${giving_id}-${form}.csv`, text, 'text/csv'))
      .catch((reason: ApiError) => setError(reason));
    setAsking(false);
  };
  return (
    <div className="row">
      <Select<FileForm>
        label={t.fileForm}
        hideLabel
        value={form}
        onChange={setForm}
        choices={forms.map((value) => ({ value, label: t.fileForms[value] }))}
      />
      <Button small icon="download" working={isAsking} onClick={() => void download()}>
        {t.download}
      </Button>
      {error && <Problem error={error} title={t.refused} />}
    </div>
  );
}
