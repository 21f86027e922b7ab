import { useState } from 'react';
import { type Answer, type ApiError, get, post, sendForText, useChange } from '../../../api/index.ts';
import { useMay } from '../../../app/session.tsx';
import { useFormat } from '../../../format/index.ts';
import {
  Button,
  Empty,
  Form,
  IdField,
  Notice,
  Panel,
  Problem,
  Segmented,
  saveFile,
  TextField,
  useToast,
  useUrlState,
} from '../../../kit/index.ts';
import type { Campaign } from '../../../shared/campaigns/types.ts';
import { useTexts } from '../../../texts/texts.ts';
import { texts } from '../texts.ts';
import { Batches } from './batches.tsx';

type Batch = Answer<'/v1/campaigns/{campaign_id}/codes', 'post'>;

/** Codes for whoever has them: made in bulk or by name, and taken out as a file. */
export function Codes({ campaign }: { campaign: Campaign }) {
  const t = useTexts(texts);
  const may = useMay();
  if (campaign.control_share > 0) {
    return (
      <Panel title={t.codes}>
        <Empty icon="campaigns" title={t.noCodesTitle} text={t.noCodesText} />
      </Panel>
    );
  }
  return (
    <div className="grid">
      <Batches campaign={campaign} />
      {may('coupons') && (
        <>
          <MakeCodes campaign={campaign} />
          <ExportCodes campaign={campaign} />
        </>
      )}
    </div>
  );
}

type Way = 'many' | 'own';
type Kind = 'single' | 'shared';

function MakeCodes({ campaign }: { campaign: Campaign }) {
  const t = useTexts(texts);
  const format = useFormat();
  const toast = useToast();
  const [way, setWay] = useState<Way>('many');
  const [kind, setKind] = useState<Kind>('single');
  const [batch, setBatch] = useState('');
  const [count, setCount] = useState('100');
  const [code, setCode] = useState('');
  const [limit, setLimit] = useState('');
  const [, setShown] = useUrlState<string>('batch', '');
  const { run, isRunning, error } = useChange<Batch>(['/v1/campaigns']);
  const submit = async () => {
    const shared = kind === 'shared' && limit !== '' ? { usage_limit: Number(limit) } : {};
    const what = way === 'many' ? { count: Number(count) } : { code: code.trim() };
    const request = post('/v1/campaigns/{campaign_id}/codes', {
      path: { campaign_id: campaign.campaign_id },
      body: { batch_id: batch.trim(), kind, ...what, ...shared } as never,
    });
    const made = await run(request);
    if (!made) return;
    setShown(made.batch_id);
    toast({ title: t.made(format.count(made.codes)), text: made.code ?? t.madeText(made.batch_id) });
  };
  return (
    <Panel title={t.makeCodes} note={t.makeCodesNote} span={6}>
      <Form className="stack" onSubmit={submit}>
        <IdField
          label={t.batch}
          hint={t.batchHint}
          value={batch}
          required
          error={error?.fault('batch_id')}
          onChange={setBatch}
        />
        <div className="row">
          <Segmented<Way>
            label={t.way}
            value={way}
            onChange={setWay}
            choices={[
              { value: 'many', label: t.many },
              { value: 'own', label: t.own },
            ]}
          />
          <Segmented<Kind>
            label={t.kind}
            value={kind}
            onChange={setKind}
            choices={[
              { value: 'single', label: t.single },
              { value: 'shared', label: t.shared },
            ]}
          />
        </div>
        {way === 'many' ? (
          <TextField
            label={t.count}
            hint={t.countHint}
            type="number"
            min={1}
            max={1_000_000}
            required
            value={count}
            error={error?.fault('count')}
            onChange={setCount}
          />
        ) : (
          <TextField
            label={t.code}
            hint={t.codeHint}
            required
            value={code}
            minLength={4}
            maxLength={128}
            spellCheck={false}
            error={error?.fault('code')}
            onChange={setCode}
          />
        )}
        {kind === 'shared' && (
          <TextField
            label={t.usageLimit}
            hint={t.usageLimitHint}
            type="number"
            min={1}
            value={limit}
            error={error?.fault('usage_limit')}
            onChange={setLimit}
          />
        )}
        {error && <Problem error={error} title={t.refused} />}
        <Notice>
          {way === 'many' ? t.willMake(format.count(count), t.kindWords[kind]) : t.willMakeOwn(t.kindWords[kind])}
        </Notice>
        <div>
          <Button kind="main" type="submit" working={isRunning}>
            {t.make}
          </Button>
        </div>
      </Form>
    </Panel>
  );
}

/** How many codes of a batch are shown; the file has all. */
const mostShown = 20;

function ExportCodes({ campaign }: { campaign: Campaign }) {
  const t = useTexts(texts);
  const format = useFormat();
  const [batch, setBatch] = useUrlState<string>('batch', '');
  const [csv, setCsv] = useState<{ batch: string; text: string }>();
  const [error, setError] = useState<ApiError>();
  const [isAsking, setAsking] = useState(false);
  const read = async () => {
    setAsking(true);
    setError(undefined);
    const request = get('/v1/campaigns/{campaign_id}/codes', {
      path: { campaign_id: campaign.campaign_id },
      query: { batch_id: batch.trim() },
    });
    await sendForText(request, 'text/csv')
      .then((text) => setCsv({ batch: batch.trim(), text }))
      .catch((reason: ApiError) => setError(reason));
    setAsking(false);
  };
  const codes = csv?.text.split('\r\n').slice(1, -1) ?? [];
  return (
    <Panel title={t.readCodes} note={t.readCodesNote} span={6}>
      <Form className="stack" onSubmit={read}>
        <IdField label={t.batch} value={batch} required onChange={setBatch} />
        <div>
          <Button type="submit" icon="table" working={isAsking}>
            {t.read}
          </Button>
        </div>
        {error && <Problem error={error} title={error.problem.status === 404 ? t.noBatch : t.refused} />}
        {csv && !error && (
          <div className="stack" aria-live="polite">
            <p className="row">
              <strong>{t.codesOf(format.count(codes.length), csv.batch)}</strong>
              <Button small icon="download" onClick={() => saveFile(`${csv.batch}.csv`, csv.text, 'text/csv')}>
                {t.download}
              </Button>
            </p>
            <ul className="campaign-codes mono">
              {codes.slice(0, mostShown).map((one) => (
                <li key={one}>{one}</li>
              ))}
            </ul>
            {codes.length > mostShown && <p className="panel-note">{t.firstOf(format.count(mostShown))}</p>}
          </div>
        )}
      </Form>
    </Panel>
  );
}
