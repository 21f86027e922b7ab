import './customers.css';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { get, useGet } from '../../api/index.ts';
import { Form, LinkButton, Page, Panel, Select, TextField, useUrlState } from '../../kit/index.ts';
import { customerPath, segmentPath, useSegmentName } from '../../shared/people/names.ts';
import { useSettled } from '../../shared/use-settled.ts';
import { useTexts } from '../../texts/texts.ts';
import { FoundCustomers } from './found-customers.tsx';
import { texts } from './texts.ts';

export default function Customers() {
  const t = useTexts(texts);
  const nameOf = useSegmentName();
  const [query, setQuery] = useUrlState('query', '');
  const [segment, setSegment] = useUrlState('segment', '');
  const asked = useSettled(query);
  const [wanted, setWanted] = useState('');
  useOpenWhole(wanted);
  const segments = useSegmentChoices();
  const chosen = segments.find(({ value }) => value === segment);
  const name = segment ? (chosen?.label ?? nameOf(segment)) : '';
  return (
    <Page title={t.title} purpose={t.purpose}>
      <Form className="customers-find" role="search" onSubmit={() => setWanted(query.trim())}>
        <TextField
          type="search"
          label={t.find}
          hint={t.findHint}
          placeholder={t.findPlaceholder}
          value={query}
          maxLength={128}
          autoComplete="off"
          spellCheck={false}
          onChange={setQuery}
        />
        <Select
          label={t.segment}
          value={segment}
          onChange={setSegment}
          choices={[{ value: '', label: t.everybody }, ...segments]}
        />
        {/* Without one Enter sends no form of more than one field. */}
        <button type="submit" hidden />
      </Form>
      <Panel
        title={segment ? t.members(name) : t.customers}
        about={t.about}
        flush
        actions={
          segment ? (
            <LinkButton small href={segmentPath(segment)} icon="segments">
              {t.openSegment}
            </LinkButton>
          ) : undefined
        }
      >
        <FoundCustomers query={asked} segment={segment} />
      </Panel>
    </Page>
  );
}

/** Who types a whole id and presses Enter means that one. */
function useOpenWhole(id: string): void {
  const [, navigate] = useLocation();
  const asked = useGet(get('/v1/customers', { query: { query: id, limit: 10 } }), { when: id !== '', keep: false });
  const found = asked.data?.items.find(({ customer_id }) => customer_id.toLowerCase() === id.toLowerCase());
  useEffect(() => {
    if (found) navigate(customerPath(found.customer_id));
  }, [found, navigate]);
}

/** Every segment but cells, with how many are in it. */
function useSegmentChoices(): { value: string; label: string; hint: string }[] {
  const nameOf = useSegmentName();
  const { data } = useGet(get('/v1/segments'));
  if (!data) return [];
  const own = data.defined.map(({ segment_id, name, members }) => ({
    value: segment_id,
    label: name,
    hint: String(members),
  }));
  const published = data.items
    .filter(({ kind }) => kind !== 'cell')
    .map(({ segment_id, customers }) => ({
      value: segment_id,
      label: nameOf(segment_id),
      hint: String(customers),
    }));
  return [...published, ...own];
}
