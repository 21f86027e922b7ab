import { useState } from 'react';
import { get, useGet } from '../../../api/index.ts';
import { useMay } from '../../../app/session.tsx';
import { useFormat } from '../../../format/index.ts';
import { Button, type Column, Empty, Loaded, Panel, Table } from '../../../kit/index.ts';
import { useTexts } from '../../../texts/texts.ts';
import { Actions } from './actions.tsx';
import { FeedForm } from './feed-form.tsx';
import { LastPull, WhatCame } from './last-pull.tsx';
import { feedTexts } from './texts.ts';
import { type Feed, isUnderWay } from './types.ts';

/** Catalogues that are pulled from an address: each with what became of its last pull. */
export function Feeds() {
  const t = useTexts(feedTexts);
  const format = useFormat();
  const mayChange = useMay()('admin');
  const [form, setForm] = useState<Feed | 'new'>();
  const [isWaiting, setWaiting] = useState(false);
  const asked = useGet(get('/v1/feeds'), { every: isWaiting ? 2_000 : 30_000 });
  const items = asked.data?.items ?? [];
  if (items.some(isUnderWay) !== isWaiting) setWaiting(!isWaiting);
  const columns: Column<Feed>[] = [
    {
      key: 'name',
      header: t.feed,
      cell: (feed) => (
        <span className="data-feed-name">
          <strong>{feed.name}</strong>
          <span className="muted">{feed.url}</span>
          {mayChange && <Actions feed={feed} onChange={() => setForm(feed)} />}
        </span>
      ),
      value: ({ name }) => name,
    },
    {
      key: 'last',
      header: t.last,
      cell: (feed) => <LastPull feed={feed} />,
      value: ({ last_pull: pull }) => pull?.started_at ?? null,
    },
    {
      key: 'came',
      header: t.came,
      wideOnly: true,
      cell: (feed) => <WhatCame feed={feed} />,
      value: ({ last_pull: pull }) => pull?.items ?? null,
    },
    {
      key: 'missing',
      header: t.missing,
      wideOnly: true,
      cell: ({ missing }) => (missing === 'hide' ? t.hides : t.keeps),
      value: ({ missing }) => missing,
    },
    {
      key: 'next',
      header: t.next,
      wideOnly: true,
      cell: ({ next_pull_at }) => <span className="nowrap">{format.moment(next_pull_at)}</span>,
      value: ({ next_pull_at }) => next_pull_at,
    },
  ];
  const add = mayChange && (
    <Button small kind="main" icon="plus" onClick={() => setForm('new')}>
      {t.add}
    </Button>
  );
  return (
    <div className="grid">
      <Panel title={t.title} note={t.note} about={t.about} source={asked.source} flush actions={add}>
        <Loaded asked={asked}>
          {({ items }) => (
            <Table
              caption={t.title}
              rows={{ rows: items }}
              columns={columns}
              rowKey={({ name }) => name}
              empty={
                <Empty
                  icon="download"
                  title={t.none}
                  text={t.noneText}
                  command="npx pannier feeds set main https://shop.example/google.xml"
                />
              }
            />
          )}
        </Loaded>
      </Panel>
      {form && (
        <FeedForm
          current={form === 'new' ? undefined : form}
          taken={items.map(({ name }) => name)}
          onClose={() => setForm(undefined)}
        />
      )}
    </div>
  );
}
