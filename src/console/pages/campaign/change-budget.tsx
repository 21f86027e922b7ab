import { useState } from 'react';
import { type Answer, put, useChange } from '../../api/index.ts';
import { useSession } from '../../app/session.tsx';
import { useFormat } from '../../format/index.ts';
import { Button, Dialog, Form, Problem, TextField, useToast } from '../../kit/index.ts';
import { boundMoney, type Campaign, statedTerms } from '../../shared/campaigns/types.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';

type Changed = Answer<'/v1/campaigns/{campaign_id}', 'put'>;

/** Raises or lowers what a campaign may give, with nothing else of its terms changed. */
export function ChangeBudget({ campaign }: { campaign: Campaign }) {
  const t = useTexts(texts);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button small icon="edit" aria-haspopup="dialog" aria-label={t.changeBudget} onClick={() => setOpen(true)}>
        {t.changeIt}
      </Button>
      {isOpen && <BudgetDialog campaign={campaign} onClose={() => setOpen(false)} />}
    </>
  );
}

function BudgetDialog({ campaign, onClose }: { campaign: Campaign; onClose(): void }) {
  const t = useTexts(texts);
  const format = useFormat();
  const toast = useToast();
  const { shop } = useSession();
  const { budget, counters } = campaign;
  const [coupons, setCoupons] = useState(budget.coupons === null ? '' : String(budget.coupons));
  const [money, setMoney] = useState(budget.money ?? '');
  const { run, isRunning, error } = useChange<Changed>(['/v1/campaigns']);
  const path = { campaign_id: campaign.campaign_id };
  const send = (body: object) => run(put('/v1/campaigns/{campaign_id}', { path, body: body as never }));
  const undo = async () => {
    if (await send(statedTerms(campaign))) toast({ title: t.budgetBack });
  };
  const change = async () => {
    // What is no number goes as it is, so that the service says what is wrong with it.
    const count = Number.isNaN(Number(coupons)) ? coupons : Number(coupons);
    const asked = {
      ...(coupons.trim() !== '' && { coupons: count }),
      ...(money.trim() !== '' && { money: money.trim() }),
    };
    const changed = await send({ ...statedTerms(campaign), budget: asked });
    if (!changed) return;
    toast(
      changed.waiting_raise
        ? { title: t.raiseWaits }
        : { title: t.budgetChanged, text: t.budgetVersion(format.count(changed.version)), undo: () => void undo() },
    );
    onClose();
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t.changeBudgetTitle(campaign.name)}
      description={t.changeBudgetText}
      actions={
        <>
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button kind="main" type="submit" form="change-budget" working={isRunning}>
            {t.changeBudget}
          </Button>
        </>
      }
    >
      <Form id="change-budget" className="stack" onSubmit={change}>
        <TextField
          label={t.couponsAtMost}
          hint={t.couponsOut(format.count(counters.issued))}
          inputMode="numeric"
          value={coupons}
          error={error?.fault('budget/coupons')}
          onChange={setCoupons}
        />
        <TextField
          label={t.moneyAtMost(shop.currency)}
          hint={t.moneyOut(format.money(boundMoney(counters)))}
          inputMode="decimal"
          value={money}
          error={error?.fault('budget/money')}
          onChange={setMoney}
        />
        {error && <Problem error={error} title={t.refused} />}
      </Form>
    </Dialog>
  );
}
