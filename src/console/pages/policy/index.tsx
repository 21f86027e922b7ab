import './policy.css';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { get, put, useChange, useGet, usePages } from '../../api/index.ts';
import { useMay } from '../../app/session.tsx';
import { useFormat } from '../../format/index.ts';
import {
  Badge,
  Button,
  Confirm,
  Empty,
  LinkButton,
  Page,
  Panel,
  Problem,
  Skeleton,
  usePathId,
  useUrlState,
} from '../../kit/index.ts';
import { usePolicyTitle } from '../../shared/campaigns/policy-names.ts';
import { useTexts } from '../../texts/texts.ts';
import { Propose } from './propose.tsx';
import { texts } from './texts.ts';
import { Thresholds } from './thresholds.tsx';
import type { Policy } from './types.ts';
import { Value } from './value.tsx';
import { Versions } from './versions.tsx';
import { Words } from './words.tsx';

/** One policy: its versions, what one of them says, whom its thresholds move, and what it would have been worth. */
export default function PolicyPage() {
  const id = usePathId();
  const t = useTexts(texts);
  const asked = useGet(get('/v1/policies/{policy_id}', { path: { policy_id: id } }));
  if (asked.error?.problem.status === 404) {
    return (
      <Page title={t.notThere}>
        <Empty
          icon="campaigns"
          title={t.notThere}
          text={t.notThereText(id)}
          actions={<LinkButton href="/campaigns?view=policies">{t.toPolicies}</LinkButton>}
        />
      </Page>
    );
  }
  if (asked.error) return <Problem error={asked.error} onRetry={asked.again} />;
  if (!asked.data) return <Skeleton lines={8} />;
  return <Shown policy={asked.data} />;
}

function Shown({ policy }: { policy: Policy }) {
  const t = useTexts(texts);
  const format = useFormat();
  const may = useMay();
  const titleOf = usePolicyTitle();
  const [, navigate] = useLocation();
  const [isProposing, setProposing] = useState(false);
  const { policy_id: id, published, newest, is_default: isDefault } = policy;
  const pages = usePages(get('/v1/policies/{policy_id}/versions', { path: { policy_id: id }, query: { limit: 50 } }));
  const [chosen, setChosen] = useUrlState<string>('version', String((published ?? newest).version));
  const version = pages.rows?.find((one) => String(one.version) === chosen) ?? published ?? newest;
  const state = published ? t.decidesNow(format.count(published.version)) : t.onlyProposed;
  const actions = may('coupons') && (
    <>
      {!isDefault && published && <MakeDefault policy={policy} />}
      <Button kind="main" icon="plus" onClick={() => setProposing(true)}>
        {t.propose}
      </Button>
    </>
  );
  return (
    <Page
      title={titleOf(id)}
      purpose={`${state}. ${t.followedBy(format.count(policy.campaigns))}`}
      parent={{ label: t.policies, href: '/campaigns?view=policies' }}
      mark={isDefault && <Badge tone="accent">{t.isDefault}</Badge>}
      actions={actions}
    >
      <Versions policy={policy} pages={pages} chosen={version.version} onChoose={(one) => setChosen(String(one))} />
      <Panel title={t.saysTitle(format.count(version.version))} note={version.note ?? undefined} span={6}>
        <Words policy={version.policy} />
      </Panel>
      <Value key={version.version} policyId={id} version={version.version} />
      {version.policy.kind === 'by-cause' && <Thresholds version={version} />}
      {isProposing && (
        <Propose
          policyId={id}
          from={version.policy}
          onClose={() => setProposing(false)}
          onProposed={(other, made) =>
            other === id ? setChosen(String(made)) : navigate(`/policies/${encodeURIComponent(other)}?version=${made}`)
          }
        />
      )}
    </Page>
  );
}

function MakeDefault({ policy: { policy_id } }: { policy: Policy }) {
  const t = useTexts(texts);
  const [isAsking, setAsking] = useState(false);
  const { run, isRunning, error } = useChange<unknown>(['/v1/policies']);
  const makeDefault = async () => {
    if (await run(put('/v1/policies/{policy_id}/default', { path: { policy_id } }))) setAsking(false);
  };
  return (
    <>
      <Button onClick={() => setAsking(true)}>{t.makeDefault}</Button>
      <Confirm
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={t.makeDefault}
        description={t.makeDefaultText}
        confirm={t.makeDefault}
        isWorking={isRunning}
        onConfirm={makeDefault}
      >
        {error && <Problem error={error} />}
      </Confirm>
    </>
  );
}
