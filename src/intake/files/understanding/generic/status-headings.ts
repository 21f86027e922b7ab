import { plainHeading } from '../../text/headings.ts';

/** Stems of words for a state, for payment and for delivery, in the languages of exports. */
const states =
  /status|\bstate\b|estado|estatus|\bstato\b|statut|\betat\b|\bstan\b|\bstav|situac|durum|allapot|\btila\b|статус|состоян|状态|狀態|状況|ステータス|상태/;
const payments =
  /pay|paid|financ|charge|zahl|bezahl|pago|pagamento|paiement|plat|betaal|odem|fizet|maks|оплат|付款|支付|支払|入金|決済|결제|입금/;
const others =
  /ship|deliver|fulfil|dispatch|versand|liefer|envio|entrega|livraison|expedition|spediz|consegna|verzend|wysyl|dostaw|kargo|достав|发货|物流|配送|発送|배송|customer|kunde|client|adres|address|country|region|tax|return|refund|退款|售后|withdraw|invoice sent/;

/** Which status a heading may be of; undefined: none, or that of a delivery. */
export function statusOfHeading(heading: string): 'status' | 'payment_status' | undefined {
  const plain = plainHeading(heading);
  if (!states.test(plain) || others.test(plain)) return undefined;
  return payments.test(plain) ? 'payment_status' : 'status';
}
