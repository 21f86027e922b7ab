import { put, useChange } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { Confirm, Facts, Preview, Problem, useToast } from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { texts } from './texts.ts';
import type { Policy, Version } from './types.ts';
import { usePreview } from './use-preview.ts';
import { Words } from './words.tsx';

/** Lets a version decide, with what it says and of how many beside the one that decides now. */
export function Publish({
  policy,
  version,
  isOlder,
  onClose,
}: {
  policy: Policy;
  version: Version;
  isOlder: boolean;
  onClose(): void;
}) {
  const t = useTexts(texts);
  const format = useFormat();
  const toast = useToast();
  const { run, isRunning, error } = useChange<unknown>(['/v1/policies']);
  const number = format.count(version.version);
  const publish = async () => {
    const path = { policy_id: policy.policy_id };
    if (!(await run(put('/v1/policies/{policy_id}/published', { path, body: { version: version.version } })))) return;
    toast({ title: t.isPublished(number) });
    onClose();
  };
  return (
    <Confirm
      isOpen
      wide
      onClose={onClose}
      title={isOlder ? t.rollBackTitle(number) : t.publishTitle(number)}
      description={t.publishText(format.count(policy.campaigns))}
      confirm={isOlder ? t.rollBack(number) : t.publish(number)}
      isWorking={isRunning}
      onConfirm={publish}
    >
      <div className="stack">
        {policy.published ? (
          <Preview
            before={<Side version={policy.published} />}
            after={<Side version={version} />}
            titles={[t.decidesNow(format.count(policy.published.version)), t.versionOf(number)]}
          />
        ) : (
          <Side version={version} />
        )}
        {error && <Problem error={error} />}
      </div>
    </Confirm>
  );
}

function Side({ version: { policy } }: { version: Version }) {
  const t = useTexts(texts);
  const format = useFormat();
  const needs = usePreview(policy).data?.needs;
  return (
    <div className="stack">
      <Words policy={policy} />
      {needs && (
        <Facts
          facts={[
            [t.needCoupon, format.count(needs.coupon)],
            [t.needGoods, format.count(needs.lower_priced_goods)],
            [t.needNothing, format.count(needs.none)],
          ]}
        />
      )}
    </div>
  );
}
