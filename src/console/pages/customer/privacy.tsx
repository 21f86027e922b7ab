import { useState } from 'react';
import { useLocation } from 'wouter';
import { put, remove, useChange } from '../../api/index.ts';
import { useMay } from '../../app/session.tsx';
import { useFormat } from '../../format/index.ts';
import { Button, Confirm, Dialog, Form, Panel, Problem, TextField, useToast } from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';
import type { Facts } from './types.ts';

/** What is another answer once somebody has objected or is erased. */
const stale = ['/v1/customers', '/v1/segments'];

/** Objection and erasure: each says what it does before it is done. */
export function Privacy({ facts }: { facts: Facts }) {
  const t = useTexts(texts);
  const may = useMay();
  const [open, setOpen] = useState<'objection' | 'erasure'>();
  const close = () => setOpen(undefined);
  const { profiling_allowed: isAllowed } = facts;
  return (
    <Panel title={t.privacy}>
      <div className="stack">
        <p className="customer-privacy">{isAllowed ? t.allowed : t.objected}</p>
        <div className="row">
          {may('ingest') && (
            <Button icon={isAllowed ? 'block' : 'undo'} onClick={() => setOpen('objection')}>
              {isAllowed ? t.object : t.withdraw}
            </Button>
          )}
          {may('admin') && (
            <Button icon="trash" kind="quiet" onClick={() => setOpen('erasure')}>
              {t.erase}
            </Button>
          )}
        </div>
        {!may('ingest') && <p className="panel-note">{t.needsOperator}</p>}
      </div>
      <Objection facts={facts} isOpen={open === 'objection'} onClose={close} />
      <Erasure facts={facts} isOpen={open === 'erasure'} onClose={close} />
    </Panel>
  );
}

interface Asking {
  facts: Facts;
  isOpen: boolean;
  onClose(): void;
}

function Objection({ facts: { customer_id: id, profiling_allowed: isAllowed }, isOpen, onClose }: Asking) {
  const t = useTexts(texts);
  const toast = useToast();
  const { run, isRunning, error, reset } = useChange(stale);
  const set = (allowed: boolean) =>
    run(put('/v1/customers', { body: { customers: [{ customer_id: id, profiling_allowed: allowed }] } }));
  const save = async () => {
    if (!(await set(!isAllowed))) return;
    onClose();
    toast({ title: isAllowed ? t.objectDone : t.withdrawDone, text: id, undo: () => void set(isAllowed) });
  };
  return (
    <Confirm
      isOpen={isOpen}
      onClose={() => {
        reset();
        onClose();
      }}
      title={isAllowed ? t.objectTitle(id) : t.withdrawTitle(id)}
      description={isAllowed ? t.objectText : t.withdrawText}
      confirm={isAllowed ? t.object : t.withdraw}
      isWorking={isRunning}
      onConfirm={save}
    >
      {isAllowed && (
        <div className="stack">
          <List items={t.objectEffects} />
          <p>{t.objectStays}</p>
        </div>
      )}
      {error && <Problem error={error} />}
    </Confirm>
  );
}

function Erasure({ facts, isOpen, onClose }: Asking) {
  const { customer_id: id } = facts;
  const t = useTexts(texts);
  const format = useFormat();
  const toast = useToast();
  const [, navigate] = useLocation();
  const [typed, setTyped] = useState('');
  const { run, isRunning, error, reset } = useChange<{
    erased_events: number;
    anonymised_orders: number;
    erased_quarantine_rows: number;
  }>(['/v1/customers', '/v1/segments'], () => navigate('/customers'));
  const close = () => {
    reset();
    setTyped('');
    onClose();
  };
  const erase = async () => {
    const done = await run(remove('/v1/customers/{customer_id}', { path: { customer_id: id } }));
    if (!done) return;
    const { erased_events: events, anonymised_orders: orders, erased_quarantine_rows: rows } = done;
    toast({
      title: t.erased(id),
      text: t.erasedText(format.count(events), format.count(orders), format.count(rows)),
    });
  };
  return (
    <Dialog
      isOpen={isOpen}
      onClose={close}
      title={t.eraseTitle(id)}
      description={t.eraseText}
      actions={
        <Button kind="danger" icon="trash" type="submit" form="erasure" working={isRunning} disabled={typed !== id}>
          {t.erase}
        </Button>
      }
    >
      <Form id="erasure" className="stack" onSubmit={() => typed === id && erase()}>
        <h3>{t.goes}</h3>
        <List items={t.goesItems} />
        <h3>{t.stays}</h3>
        <List items={[t.staysOrders(format.count(facts.orders + facts.cancelled_orders)), t.staysCoupons]} />
        <p>{t.eraseLater}</p>
        <TextField label={t.typeId(id)} value={typed} onChange={setTyped} autoComplete="off" spellCheck={false} />
        {error && <Problem error={error} />}
      </Form>
    </Dialog>
  );
}

function List({ items }: { items: readonly string[] }) {
  return (
    <ul className="customer-list">
      {items.map((item) => (
        <li key={item}>{item}</li>
      ))}
    </ul>
  );
}
