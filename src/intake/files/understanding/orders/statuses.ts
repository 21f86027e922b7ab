import { plainHeading } from '../../text/headings.ts';

/** What a status says of an order: its money counts, or has come back, or never came. */
export type StatusMeaning =
  | 'counts'
  | 'refunded'
  | 'partially-refunded'
  | 'cancelled'
  | 'unpaid'
  | 'failed'
  | 'test'
  | 'returned';

const words: Readonly<Record<StatusMeaning, string>> = {
  counts: `paid complete completed processing shipped delivered fulfilled partially paid partially_paid partial unshipped invoiced approved accepted
    captured archived closed won|partially shipped|awaiting fulfillment|awaiting shipment|awaiting pickup|payment accepted|remote payment accepted|shipped delivered to buyer|
    shipping|ready|ready for pickup|dispatched|sent|done|success|successful|succeeded|settled|in transit|out for delivery|picked up|on backorder paid|processing in progress|preparation in progress|active|confirmed|finished|received|sold|ok|yes|
    bezahlt|versendet|versandt|geliefert|zugestellt|abgeschlossen|in bearbeitung|fertig|verschickt|komplett|zahlung erhalten|komplett abgeschlossen|teilweise versendet|
    paye|payee|paiement accepte|expedie|expediee|livre|livree|termine|terminee|en cours|en cours de preparation|en preparation|validee|valide|traite|traitee|
    abierta|abierto|aberto|aperto|pagado|pago aceptado|enviado|entregado|completado|procesando|en proceso|finalizado|
    pagato|pagamento accettato|spedito|consegnato|completato|in lavorazione|evaso|
    betaald|verzonden|geleverd|afgerond|voltooid|in behandeling|verwerkt|
    oplacone|zaplacone|wyslane|dostarczone|zrealizowane|w realizacji|zakonczone|platnosc przyjeta|
    pago|enviado|entregue|concluido|pagamento aprovado|aprovado|faturado|em processamento|
    交易成功|已付款|已发货|已完成|交易完成|待发货|待收货|已签收|买家已付款 等待卖家发货|卖家已发货 等待买家确认|等待卖家发货|等待买家确认收货|已收货|已支付|付款成功|已送达|
    已出貨|已完成|已付款|處理中|
    対応済|対応済み|未対応|発送待ち|発送準備中|出荷待ち|入金済み|入金済|支払済み|支払済|発送済み|発送済|出荷済み|完了|配達完了|処理中|受注|確認済み|оплачен|выполнен|отправлен|доставлен|결제완료|배송완료|배송중|zaplaceno|odeslano|doruceno|betald|skickad`,
  refunded: `re crediting|recredited|refunded|fully refunded|refund|full refund|charged back|chargeback|erstattet|rueckerstattet|ruckerstattet|komplett erstattet|rembourse|remboursee|reembolsado|devuelto|rimborsato|terugbetaald|zwrocone|zwrot|reembolsada|estornado|
    退款成功|已退款|全额退款|返金済み|返金済|возвращен|환불완료`,
  'partially-refunded': `partially refunded|partial refund|partly refunded|teilweise erstattet|teilerstattet|partiellement rembourse|parcialmente reembolsado|parzialmente rimborsato|gedeeltelijk terugbetaald|czesciowo zwrocone|部分退款|一部返金`,
  returned: `returned|shipped returned to seller|shipped returning to seller|shipped rejected by buyer|retourniert|zuruckgesendet|retourne|retournee|devuelta|reso|geretourneerd|devolvido|已退货|返品済み`,
  cancelled: `cancelled|canceled|cancel|voided|void|trash|deleted|annulled|canceled reversal|storniert|abgebrochen|storno|annule|annulee|cancelado|cancelada|anulado|annullato|annullata|geannuleerd|anulowane|anulowano|
    交易关闭|已取消|已关闭|订单关闭|取消|已作废|キャンセル|キャンセル済み|取消済み|отменен|취소|취소완료|unavailable|zruseno|stornovano|avbruten|iptal|iptal edildi`,
  unpaid: `pending|pending payment|on hold|holded|hold|awaiting payment|awaiting|unpaid|not paid|open payment|authorized|authorised|expired|draft|checkout draft|auto draft|incomplete|abandoned|created|new|quote|quotation|balance due|payment|cart|address|adding items|입금전|입금 전|arranging payment|arranging additional payment|
    payment review|payment processing|payment required|manual verification required|awaiting bank wire payment|awaiting check payment|awaiting bank transfer|awaiting cash on delivery validation|on backorder not paid|requires action|payment pending|
    offen|ausstehend|zahlung ausstehend|unbezahlt|in erwartung einer bankuberweisung|warten auf zahlung|zahlung offen|wartend|
    en attente|en attente de paiement|en attente du paiement par cheque|en attente de virement bancaire|impaye|non paye|brouillon|
    pendiente|pendiente de pago|en espera|en espera de pago por cheque|no pagado|borrador|
    in attesa|in attesa di pagamento|non pagato|bozza|sospeso|
    in afwachting|wacht op betaling|onbetaald|openstaand|concept|
    oczekujace|oczekuje na platnosc|nieoplacone|wstrzymane|szkic|oczekujace na platnosc|
    pendente|aguardando pagamento|aguardando|nao pago|em espera|rascunho|
    等待买家付款|待付款|未付款|待支付|未支付|未入金|入金待ち|支払待ち|未払い|保留|ожидает оплаты|입금대기|결제대기|nezaplaceno|obetald`,
  failed: `failed|failure|declined|payment error|error|rejected|denied|fraud|suspected fraud|disputed|refused|payment failed|fehlgeschlagen|abgelehnt|zahlungsfehler|echoue|echouee|erreur de paiement|refuse|fallido|error en el pago|rechazado|fallito|errore di pagamento|rifiutato|mislukt|geweigerd|nieudane|odrzucone|blad platnosci|falhou|falha|recusado|erro de pagamento|支付失败|失败|決済エラー|失敗`,
  test: `test|test order|testbestellung|commande test|测试`,
};

const meanings = new Map<string, StatusMeaning>();
for (const [meaning, text] of Object.entries(words) as [StatusMeaning, string][]) {
  for (const part of text.split('|')) {
    const phrase = part.replace(/\s+/g, ' ').trim();
    if (phrase !== '') meanings.set(plainHeading(phrase), meaning);
  }
}
// The first ones are single words that stand between blanks.
for (const word of words.counts.split('|', 1)[0].split(/\s+/)) meanings.set(plainHeading(word), 'counts');

/** What a status means; undefined for one that is not known. @param isPayment it is said of the payment, not of the order */
export function meaningOf(status: string, isPayment = false): StatusMeaning | undefined {
  const plain = plainHeading(status).replace(/^wc /, '');
  if (plain === 'open') return isPayment ? 'unpaid' : 'counts';
  return meanings.get(plain) ?? meanings.get(plain.replace(/ /g, '')) ?? byBeginning(plain);
}

/** Stems of words in the languages of exports, the first that fits: what waits is told before what is done, what is not paid before what is. */
const beginnings: readonly (readonly [RegExp, StatusMeaning])[] = [
  [
    /(?:part|teil|parc|parz|gedeeltelijk|czesc|castec|delvis|delvist|osittain|resz|kismi|частич|部分|一部|부분).*(?:refund|erstatt|rembours|reembols|rimbors|terugbetaal|zwroc|zwrot|vrac|aterbetal|iade|возвр|退款|返金|환불)/,
    'partially-refunded',
  ],
  [
    /(?:wait|attente|attesa|esper|aguard|afwachting|oczek|warte|cek|bekl|vantar|ожида).*(?:ship|dispatch|fulfil|pick|collect|exped|spediz|envio|verzend|wysyl|versand|abhol|odesl|kargo|leverans|отправ|достав)/,
    'counts',
  ],
  [
    /not paid|not charged|not captured|unpaid|requires |await|wait|pending|pay later|attente|ausstehend|unbezahlt|nicht bezahlt|non paye|impaye|pendient|pendente|no pagad|nao pag|attesa|non pagat|afwachting|wacht|onbetaald|niet betaald|oczek|nieoplac|aguard|ceka|nezaplac|nova objednavka|bekl|odenmedi|vantar|afvent|venter|obetal|odottaa|maksamatta|fizetesre var|fuggoben|in asteptare|neplatit|ожида|не оплач|неоплач|очіку|대기|미결제|미입금|待付|待支付|未付|未支付|未入金|入金待/,
    'unpaid',
  ],
  [
    /refund|charge ?back|rembours|erstatt|reembols|estorn|reintegr|rimbors|terugbetaal|zwroc|zwrot|vrac|iade|aterbetal|refunder|tilbagebetal|hyvitet|visszaterit|rambursat|возвр|возмещ|повернен|退款|返金|환불/,
    'refunded',
  ],
  [
    /cancel|annul|删除|刪除|不成立|storn|anul|geannul|abgebroch|zrusen|iptal|avbrut|makul|peruut|peruttu|torolt|lemond|отмен|аннулир|скасован|キャンセル|取消|关闭|關閉|作废|취소/,
    'cancelled',
  ],
  [
    /fail|declin|reject|error|fraud|refus|fehlgeschlag|abgelehnt|echou|echec|fallid|rechaz|recusad|falh|fallit|rifiut|negad|mislukt|geweiger|nieudan|odrzuc|neuspes|zamitnut|basarisiz|reddedil|misslyck|nekad|mislykk|epaonnist|sikertelen|esuat|отклон|ошибк|неудач|失败|失敗|실패/,
    'failed',
  ],
  [/return|retour|retourn|devuel|devolv|palautet|退货|退貨|返品|반품/, 'returned'],
  [
    /paid|charged|settled|sales order|出库|出庫|ship|deliver|complet|fulfil|process|prepar|bearbeit|verarbeit|zpracov|realizac|elaboraz|procesand|behandeling|isleniyor|обработ|собира|처리|준비|bezahlt|versand|versend|geliefert|zugestellt|abgeschloss|paye|expedi|livre|termin|pagad|enviad|entregad|entregue|concluid|pagat|spedit|consegn|betaald|verzonden|geleverd|afgerond|oplacon|wyslan|dostarcz|zrealizow|vyrizen|dorucen|odeslan|zaplacen|expedov|tamamlan|teslim|kargoya|kargoda|odendi|hazirlan|betald|betalt|levere|skicka|afsendt|afsluttet|gennemfort|fullfort|maksettu|toimitettu|valmis|kifizet|teljesit|szallit|platit|livrat|finalizat|выполн|доставл|оплач|отправл|заверш|виконан|配達|発送|出荷|完了|完成|已付|已发|已發|완료|배송/,
    'counts',
  ],
];

function byBeginning(plain: string): StatusMeaning | undefined {
  return beginnings.find(([pattern]) => pattern.test(plain))?.[1];
}

/** Do orders of the meaning count as sales? */
export function isSale(meaning: StatusMeaning | undefined): boolean {
  return meaning === undefined || ['counts', 'refunded', 'partially-refunded', 'returned'].includes(meaning);
}
