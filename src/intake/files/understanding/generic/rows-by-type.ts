import { say } from '../../../../sentences/index.ts';
import { plainHeading } from '../../text/headings.ts';
import { isFilled, textOf } from '../filled.ts';
import type { LookedAt } from '../looked-at.ts';
import type { Output, Source } from '../plan.ts';
import { bestOf, type Matches } from './match-columns.ts';

const ofTypes =
  /(?:^| )(?:type|typ|tipo|art|vorgangsart|belegart|kind|тип документа|обоснование для оплаты|вид|类型|類型|区分|種別|유형|구분)(?: |$)/;
const sales =
  /^(?:sale|sales|order|invoice|purchase|payment|charge|продажа|verkauf|rechnung|vente|facture|venta|factura|vendita|fattura|verkoop|factuur|sprzedaz|venda|销售|銷售|売上|판매)$/;
const backs =
  /^(?:(?:partial |full |payment )?(?:refund|return)|refunded|returned|credit ?(?:note|memo)|возврат|erstattung|gutschrift|retoure|remboursement|avoir|devolucion|reembolso|nota de credito|reso|rimborso|nota di credito|retour|creditnota|zwrot|devolucao|退款|退货|退貨|返品|返金|환불|반품)$/;

/**
 * Where a column says of each row whether it sells or gives back: the rows of orders, and refunds of money from the rest. Rows of
 * neither, such as fees and transfers, are left out.
 */
export function splitByType(looked: LookedAt, matches: Matches, output: Output): Output[] {
  const {
    order_id: order,
    occurred_at: at,
    line_amount: amount,
    unit_price: price,
    quantity,
    item_id: item,
  } = output.fields;
  const found = output.kind === 'orders' && !output.each && order !== undefined ? findTypes(looked) : undefined;
  // A price of a piece has to be multiplied: it is no amount.
  const money = amount ?? bestOf(matches, 'line_amount') ?? (quantity === undefined ? price : undefined);
  if (!found || money === undefined || order === undefined || at === undefined) return [output];
  const { column, sold, back } = found;
  const isOfType = { of: column, in: [...sold, ...back], reason: say('file.no-sale', {}) };
  return [
    { ...output, where: [...(output.where ?? []), isOfType, { of: column, in: sold }] },
    {
      kind: 'refunds',
      where: [{ of: column, in: back }],
      fields: {
        refund_id: { parts: [order, at, ...parts(item)], by: '-' },
        order_id: order,
        occurred_at: at,
        amount: money,
      },
    },
  ];
}

const parts = (source: Source | undefined) => (source === undefined ? [] : [source]);

function findTypes({ table, sample }: LookedAt): { column: string; sold: string[]; back: string[] } | undefined {
  for (const column of table.columns ?? []) {
    if (!ofTypes.test(plainHeading(column))) continue;
    const words = [
      ...new Set(sample.flatMap(({ values }) => (isFilled(values[column]) ? [textOf(values[column]).trim()] : []))),
    ];
    const sold = words.filter((word) => sales.test(plainHeading(word)));
    const back = words.filter((word) => backs.test(plainHeading(word)));
    if (sold.length > 0 && back.length > 0) return { column, sold, back };
  }
  return undefined;
}
