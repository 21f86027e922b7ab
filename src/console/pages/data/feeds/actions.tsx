import { useState } from 'react';
import { post, remove, useChange } from '../../../api/index.ts';
import { Button, Confirm, IconButton, Problem, useToast } from '../../../kit/index.ts';
import { ConfirmRemoval } from '../../../shared/confirm-removal.tsx';
import { useTexts } from '../../../texts/texts.ts';
import { feedTexts } from './texts.ts';
import { type Feed, stale } from './types.ts';

/** Pull it now, change it, remove it; and where more than half has vanished, say that it is right. */
export function Actions({ feed: { name, last_pull: pull }, onChange }: { feed: Feed; onChange(): void }) {
  const t = useTexts(feedTexts);
  const [sure, setSure] = useState<'accept' | 'remove'>();
  const close = () => setSure(undefined);
  const { run, isRunning, error } = usePull(name);
  return (
    <span className="data-feed-actions">
      <Button
        small
        icon="refresh"
        working={isRunning || pull?.outcome === 'pulling'}
        aria-label={t.of(t.pull, name)}
        onClick={() => void run(false)}
      >
        {t.pull}
      </Button>
      <IconButton small icon="edit" label={t.of(t.change, name)} onClick={onChange} />
      <IconButton small icon="trash" label={t.of(t.remove, name)} onClick={() => setSure('remove')} />
      {pull?.outcome === 'fewer' && (
        <Button small onClick={() => setSure('accept')}>
          {t.acceptFewer}
        </Button>
      )}
      {error && !sure && <Problem error={error} title={t.notPulled} />}
      {sure === 'accept' && (
        <Confirm
          isOpen
          isDangerous
          onClose={close}
          title={t.acceptTitle(name)}
          description={t.acceptText}
          confirm={t.accept}
          isWorking={isRunning}
          onConfirm={async () => (await run(true)) && close()}
        >
          {error && <Problem error={error} title={t.notPulled} />}
        </Confirm>
      )}
      {sure === 'remove' && <Remove name={name} onClose={close} />}
    </span>
  );
}

function usePull(name: string) {
  const t = useTexts(feedTexts);
  const toast = useToast();
  const { run, ...state } = useChange<Feed>(stale);
  return {
    ...state,
    run: async (acceptFewer: boolean) => {
      const body = { accept_fewer: acceptFewer };
      const feed = await run(post('/v1/feeds/{feed_name}/pulls', { path: { feed_name: name }, body }));
      if (feed?.last_pull) toast({ title: t.pulled(name, t.outcomes[feed.last_pull.outcome]) });
      return feed !== undefined;
    },
  };
}

function Remove({ name, onClose }: { name: string; onClose(): void }) {
  const t = useTexts(feedTexts);
  return (
    <ConfirmRemoval
      onClose={onClose}
      title={t.removeTitle(name)}
      description={t.removeText}
      confirm={t.remove.replace('…', '')}
      request={remove('/v1/feeds/{feed_name}', { path: { feed_name: name } })}
      stale={stale}
      removed={t.removed(name)}
      refused={t.refused}
    />
  );
}
