import { get, useGet } from '../../../api/index.ts';
import { Checkbox, Select, TextField } from '../../../kit/index.ts';
import { useTexts } from '../../../texts/texts.ts';
import { texts } from '../texts.ts';
import type { FieldsProps } from './fields.ts';

/** Whether customers hand its codes on to friends, and what they get for it. */
export function ReferralFields({ draft, set, fault, isNew }: FieldsProps) {
  const t = useTexts(texts);
  const { data } = useGet(get('/v1/campaigns', { query: { limit: 100 } }));
  const rewards = (data?.items ?? []).filter(
    ({ control_share: share, referral, status, campaign_id: id }) =>
      id === draft.reward || (share === 0 && !referral && status !== 'ended'),
  );
  const rewardFault = fault('referral/reward_campaign_id');
  return (
    <div className="stack">
      <Checkbox
        label={t.isReferral}
        hint={t.isReferralHint}
        disabled={!isNew}
        checked={draft.isReferral}
        error={fault('referral')}
        onChange={(isReferral) => set({ isReferral })}
      />
      {draft.isReferral && (
        <>
          <div className="campaign-editor-row">
            <Select<string>
              label={t.reward}
              hint={t.rewardHint}
              value={draft.reward}
              {...(rewardFault && { error: rewardFault })}
              onChange={(reward) => set({ reward })}
              choices={[
                { value: '', label: t.rewardItself },
                ...rewards.map(({ campaign_id, name }) => ({ value: campaign_id as string, label: name })),
              ]}
            />
            <TextField
              label={t.confirmDays}
              hint={t.confirmDaysHint}
              inputMode="numeric"
              value={draft.confirmDays}
              error={fault('referral/confirm_days')}
              onChange={(confirmDays) => set({ confirmDays })}
            />
          </div>
          <div className="campaign-editor-row">
            <TextField
              label={t.usesPerCode}
              hint={t.usesPerCodeHint}
              inputMode="numeric"
              value={draft.usesPerCode}
              error={fault('referral/uses_per_code')}
              onChange={(usesPerCode) => set({ usesPerCode })}
            />
            <TextField
              label={t.perFriend}
              inputMode="numeric"
              value={draft.perCustomer}
              error={fault('limit_per_customer')}
              onChange={(perCustomer) => set({ perCustomer })}
            />
          </div>
          <Checkbox
            label={t.firstOrderOnly}
            checked={draft.firstOrderOnly}
            onChange={(firstOrderOnly) => set({ firstOrderOnly })}
          />
        </>
      )}
    </div>
  );
}
