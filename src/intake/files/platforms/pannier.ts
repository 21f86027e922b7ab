import { lineFields } from '../../imports/mapping/mapping.ts';
import type { Preset } from './preset.ts';

const named = (...fields: string[]) => Object.fromEntries(fields.map((field) => [field, field]));

/** Files whose columns have our own names. */
export const pannier: readonly Preset[] = [
  {
    platform: 'pannier',
    title: 'orders by our own names, a line a row',
    needs: ['order_id', 'item_id', 'quantity', 'occurred_at', 'unit_price|line_amount'],
    tells: ['customer_id', 'title', 'currency', 'visitor_id', 'list_price', 'line_id', 'coupon_code', 'unit_cost'],
    outputs: [
      {
        kind: 'orders',
        // Of a status it is taken what it means, not when it came.
        fields: named(...lineFields.filter((field) => field !== 'status_at')),
      },
    ],
  },
  {
    platform: 'pannier',
    title: 'events by our own names',
    needs: ['event_id', 'type', 'occurred_at', 'visitor_id|customer_id'],
    tells: ['item_id', 'session_id'],
    outputs: [
      {
        kind: 'events',
        fields: named(
          'event_id',
          'type',
          'occurred_at',
          'visitor_id',
          'customer_id',
          'item_id',
          'query',
          'list_id',
          'position',
          'session_id',
        ),
      },
    ],
  },
  {
    platform: 'pannier',
    title: 'a catalogue by our own names',
    needs: ['item_id', 'title', 'price|category|brand|stock'],
    outputs: [
      {
        kind: 'items',
        fields: named(
          'item_id',
          'title',
          'url',
          'image_url',
          'description',
          'category',
          'brand',
          'gtin',
          'parent_id',
          'price',
          'list_price',
          'cost',
          'stock',
          'in_stock',
          'hidden',
          'available_from',
          'available_until',
          'embedding',
          'updated_at',
        ),
      },
    ],
  },
];
