/**
 * What columns are called in exports of shops, in English, German, French, Spanish, Italian, Dutch, Polish, Portuguese, Chinese and
 * Japanese, and a few others; as headings are compared, the likelier first.
 */
export const synonyms: Readonly<Record<string, string>> = {
  order_id: `order id|order id|order number|order no|order nr|order num|order name|order ref|order reference|order code|order key|order increment id|increment id|order|orderid|ordernumber|sales order|so number|
    invoice no|invoice number|invoice id|invoice|receipt number|receipt no|receipt id|receipt|transaction id|transaction number|transaction|basket id|purchase id|purchase order|document number|document no|bill no|sale id|sales id|txn id|checkout id|
    bestellnummer|bestellnr|bestell nr|bestell id|bestellung|auftragsnummer|auftragsnr|auftrags nr|auftrag|rechnungsnummer|rechnungsnr|rechnungs nr|rechnung|belegnummer|belegnr|beleg nr|vorgangsnummer|bestellnummer id|
    n commande|no commande|numero de commande|numero commande|num commande|n de commande|nocommande|commande|id commande|reference commande|reference de commande|reference de la commande|ref commande|n facture|numero de facture|facture|no facture|
    n pedido|no pedido|numero de pedido|numero pedido|num pedido|nro pedido|pedido|id pedido|id de pedido|id del pedido|referencia de pedido|referencia del pedido|factura|n factura|no factura|numero de factura|
    n ordine|numero ordine|numero d ordine|num ordine|nr ordine|ordine|id ordine|riferimento ordine|fattura|numero fattura|n fattura|
    bestelnummer|bestelnr|bestel nr|ordernummer|order nummer|bestelling|factuurnummer|factuur|bonnummer|ordernr|
    numer zamowienia|nr zamowienia|zamowienie|id zamowienia|numer faktury|nr faktury|numer dokumentu|
    numero do pedido|n do pedido|no do pedido|id do pedido|numero da encomenda|n encomenda|no encomenda|encomenda|codigo do pedido|nota fiscal|
    订单编号|订单号|订单id|主订单编号|订单号码|单号|交易号|交易编号|父订单号|单据编号|訂單編號|訂單號碼|訂單號|訂單 id|
    注文番号|受注番号|注文id|オーダー番号|伝票番号|受注no|注文no|注文 番号|номер заказа|заказ|주문번호|cislo objednavky|objednavka|siparis no|siparis numarasi|rendelesszam|tilausnumero|
    cislo zakazky|objednavka cislo|kod objednavky|cislo faktury|siparis numarasi|siparis kodu|siparis|fatura no|ordrenummer|ordre nr|ordre|tilausnumero|tilaus|rendeles szam|rendeles azonosito|numar comanda|nr comanda|id comanda|comanda|номер чека|id заказа|номер документа|замовлення|номер замовлення|주문 번호|주문코드|αριθμος παραγγελιας|παραγγελια|
    venta|n de venta|numero de venta|id de venta|id venta|codigo de venta|n venta|n de pedido|受注番号|注文管理番号|受注伝票番号|オーダーid|ご注文番号|订单流水号|订单序号|交易订单号|訂單序號|номер заказа покупателя|№ заказа|заказ №|주문 id|주문ID|رقم الطلب|หมายเลขคำสั่งซื้อ|ma don hang|nomor pesanan|no pesanan|order sn|ordersn|
    orden|numero de orden|n de orden|nro de orden|no de orden|id de orden|orden de compra|code commande|売上id|doc num|docnum|document num|main order no|parent order sn|srid`,
  line_id: `line id|line id|line item id|order item id|order line id|item line id|line number|line no|line|position|pos|pos nr|positionsnummer|position nr|zeile|ligne|n ligne|row id|orderline id|detail id|order detail id|子订单编号|子订单号|商品订单编号|明細番号|明细编号|lineitem id|order item code|
    상품주문번호|상품 주문번호|商品明細id|明細id|注文明細id|item line no|order item no|orderline`,
  item_id: `item id|sku|item sku|product sku|variant sku|lineitem sku|item id|product id|productid|itemid|product code|item code|item number|item no|item nr|article number|article no|article id|article code|stock code|stockcode|seller sku|custom label|custom label sku|product number|product no|part number|style number|asin|variant id|product reference|product ref|product item number|
    artikelnummer|artikelnr|artikel nr|artikel id|artnr|art nr|art no|produktnummer|produkt id|produktnr|artikel sku|materialnummer|
    reference produit|ref produit|reference article|ref article|reference|ref|code article|code produit|id produit|ugs|
    referencia|referencia producto|referencia del producto|codigo de producto|codigo producto|codigo articulo|codigo del articulo|codigo|id producto|id articulo|cod articulo|
    codice articolo|codice prodotto|codice|cod articolo|cod prodotto|id prodotto|riferimento|riferimento prodotto|
    artikelcode|productcode|productnummer|product nr|artikel code|
    kod produktu|symbol|symbol produktu|indeks|id produktu|numer produktu|kod towaru|kod artykulu|kod|sygnatura|id oferty|
    codigo do produto|cod produto|id do produto|referencia do produto|codigo do item|
    商家编码|商品编码|商品编号|商品id|商品货号|货号|sku编码|sku id|sku编号|规格编码|商品代码|宝贝id|外部系统编号|产品编号|产品编码|商品sku|产品id|商品編號|商品貨號|產品編號|商品編碼|
    商品コード|商品番号|品番|商品id|商品管理番号|システム連携用sku番号|商品コード sku|sku管理番号|jan|janコード|код товара|артикул|상품코드|상품번호|kod zbozi|urun kodu|stok kodu|cikkszam|ean|ean code|gtin|upc|barcode|isbn|plu|
    kod produktu|kod polozky|katalogove cislo|urun kodu|urun id|barkod|varenummer|varenr|produktkod|tuotekoodi|tuotenumero|termekkod|cod produs|id produs|код|код товара|артикул товара|상품 코드|옵션코드|품목코드|자체 상품코드|κωδικος προιοντος|κωδικος|
    主商品貨號|商品選項貨號|貨號|货品编号|货品编码|sku货号|规格货号|판매자 상품코드|판매자상품코드|상품관리코드|商品管理コード|アイテムコード|品目コード|артикул продавца|артикул поставщика|ozon id|offer id|sku reference no|parent sku|seller sku|รหัสสินค้า|ma san pham|kode produk|nomor referensi sku|رمز المنتج|
    product model|model|modell|modelo|modele|sku code|product code sku|reference sku|업체상품코드|업체 상품코드`,
  title: `title|product name|label|article name|item name|product title|item title|lineitem name|title|product|item|name|item description|product description|description|listing title|goods|goods name|productname|itemname|line item name|product item|
    artikelbezeichnung|bezeichnung|produktname|artikelname|produkt|artikel|beschreibung|artikeltext|titel|artikelbeschreibung|produktbezeichnung|
    nom du produit|nom produit|produit|designation|libelle|libelle produit|article|nom de l article|intitule|designation produit|
    nombre del producto|nombre producto|producto|articulo|descripcion|nombre|descripcion del producto|titulo|nombre del articulo|
    nome prodotto|nome del prodotto|prodotto|descrizione|articolo|descrizione articolo|nome|titolo|
    productnaam|omschrijving|artikelomschrijving|artikelnaam|productomschrijving|naam|
    nazwa produktu|nazwa|produkt nazwa|nazwa towaru|towar|przedmiot|tytul oferty|nazwa oferty|opis|tytul|
    nome do produto|produto|descricao|descricao do produto|titulo do anuncio|nome|
    商品名称|宝贝标题|商品标题|宝贝名称|标题|货品名称|产品名称|商品|品名|货品标题|商品名稱|產品名稱|品項|
    商品名|品名 名称|タイトル|商品タイトル|商品|название|товар|наименование|상품명|nazev|nazev produktu|urun adi|urun|termek|
    nazev zbozi|zbozi|polozka|popis|urun ismi|urun adi|benamning|produktnamn|artikelnamn|varenavn|varebeskrivelse|produktnavn|vare|tuote|tuotenimi|termeknev|megnevezes|denumire produs|nume produs|produs|denumire|название товара|наименование товара|номенклатура|상품 이름|상품|품명|προιον|περιγραφη|
    titulo de la publicacion|titulo publicacion|publicacion|アイテム名|商品タイトル|商品名 オプション|品目名|상품명 옵션포함|название товара|наименование|ชื่อสินค้า|ten san pham|nama produk|اسم المنتج|dscription|item description at order time|등록상품명|선상품명|选购商品|選購商品|sku name|name sku`,
  quantity: `quantity|quantity|qty|quantity ordered|qty ordered|ordered qty|quantity purchased|quantity sold|item quantity|lineitem quantity|product quantity|product qty|units|units sold|pieces|pcs|count|number of items|item qty|order quantity|ordered quantity|amount of items|no of items|items|
    menge|anzahl|stuckzahl|stueckzahl|stuck|stk|bestellmenge|verkaufte menge|bestellte menge|artikelmenge|
    quantite|qte|quantite commandee|qte commandee|nb|nombre|nombre d articles|quantites|
    cantidad|cant|unidades|uds|cantidad pedida|ud|
    quantita|qta|q ta|quantita ordinata|pezzi|qt|
    aantal|hoeveelheid|stuks|aantal besteld|
    ilosc|liczba sztuk|sztuk|szt|liczba|ilosc sztuk|
    quantidade|qtd|qtde|quant|qtd pedida|
    购买数量|商品数量|数量|宝贝数量|宝贝总数量|件数|购买件数|下单数量|销售数量|成交数量|订购数量|數量|購買數量|
    個数|注文数|注文数量|購入数|購入数量|点数|количество|кол во|수량|mnozstvi|pocet|adet|miktar|mennyiseg|antal|maara|
    pocet kusu|ks|siparis adedi|adedi|maara|kpl|kappalemaara|db|darab|cantitate|cant|bucati|кол во шт|количество шт|к во|кількість|주문수량|개수|ποσοτητα|antall|items purchased|item quantity purchased|quantity ordered total|
    商品件数|件数|購入個数|販売数|販売数量|注文個数|количество товаров|кол во товара|จำนวน|so luong|jumlah|الكمية|quantite vendue|gross units|구매수 수량|구매수|구매수량`,
  unit_price: `unit price|unit price|item price|price each|price per unit|price per item|lineitem price|product price|product unit price|price|selling price|sale price|sold for|sold price|net price|retail price|unitprice|price unit|unit cost price|price paid|gross price|
    einzelpreis|stuckpreis|stueckpreis|verkaufspreis|preis pro stuck|e preis|vk preis|einzelpreis brutto|preis brutto|preis|artikelpreis|vk|bruttopreis|
    prix unitaire ttc|prix unitaire|prix unit|pu ttc|p u|pu|prix de vente|prix ttc|prix unitaire ht|prix vente ttc|pu ht|prix|prix ht|prix produit|
    precio unitario|precio unidad|precio por unidad|precio de venta|pvp|p unitario|precio con iva|precio|precio unit|
    prezzo unitario|prezzo unit|prezzo di vendita|prezzo cad|prezzo|prezzo unitario iva inclusa|
    stuksprijs|eenheidsprijs|prijs per stuk|verkoopprijs|prijs per eenheid|prijs|prijs incl btw|
    cena jednostkowa brutto|cena jednostkowa|cena za sztuke|cena brutto|cena sprzedazy|cena|cena szt|cena produktu|
    preco unitario|preco por unidade|valor unitario|preco de venda|preco|preco do produto|preco unit|
    商品单价|单价|宝贝单价|价格|商品价格|销售价|售价|销售单价|宝贝价格|成交单价|实付单价|單價|價格|售價|商品單價|
    単価|販売単価|商品単価|税込単価|価格|販売価格|商品価格|売価|値段|цена|цена за единицу|단가|판매가|cena za kus|birim fiyat|fiyat|egysegar|styckpris|pris|a hinta|hinta|
    cena za kus s dph|cena za jednotku|jednotkova cena|cena s dph|cena|satis fiyati|birim fiyati|birim fiyat kdv dahil|a pris|styckepris|pris per st|enhedspris|stykpris|enhetspris|stykkpris|kappalehinta|yksikkohinta|a hinta|hinta|brutto egysegar|ar|pret unitar|pret|цена за шт|цена за единицу|цена руб|цена с ндс|ціна|상품 가격|단가|판매 단가|판매금액|τιμη|τιμη μοναδας|
    京东价|商品活動價格|活動價格|活动价|活动价格|成交价|优惠价|折后价|実売価格|税込価格|商品単価 税込|상품가격|판매가격|할인가|цена товара|цена продажи|цена за штуку|precio unitario de venta de la publicacion|precio unitario de venta|precio de la publicacion|deal price|ราคาขาย|gia uu dai|harga setelah diskon|السعر|rate|商品結帳價|商品结账价|结账价`,
  line_amount: `line amount|line total|line amount|line item total|item total|row total|line price|item subtotal|extended price|extended amount|product total|product total price|total price|item net total|net sales|sales value|sales amount|line value|line subtotal|ext price|net amount|sales|amount|item amount|revenue|item revenue|gross sales|total item price|
    zeilensumme|positionssumme|positionsbetrag|positionswert|zeilenbetrag|faturalanacak tutar|gesamtpreis|summe|gesamtpreis brutto|umsatz|betrag|preis gesamt|artikelsumme|
    total ligne|montant ligne|prix total|total article|total produit|prix total ttc|montant ttc|montant|sous total|total ttc|ca|
    importe linea|total linea|precio total|importe|total articulo|subtotal|
    totale riga|importo riga|prezzo totale|importo|subtotale|
    regelbedrag|regeltotaal|totaalprijs|bedrag|subtotaal|
    wartosc|wartosc brutto|wartosc pozycji|kwota|wartosc sprzedazy|suma pozycji|
    total do item|valor total|preco total|valor do item|valor|subtotal do produto|
    商品金额|商品小计|小计|商品总价|金额|成交金额|实付|商品实付金额|小計|金額|明细金额|
    合計金額|商品合計|商品小計|金額 税込|сумма|금액|castka|tutar|summa|
    celkem s dph|celkova cena|cena celkem|castka celkem|tutari|satir toplami|toplam fiyat|radsumma|radbelopp|belopp|linjesum|linjetotal|belob|belop|rivisumma|yhteensa|sor osszesen|osszeg|valoare|total linie|стоимость|сумма руб|сума|주문금액|상품금액|결제금액|합계|συνολο|αξια|
    상품별 총 주문금액|상품별총주문금액|총 상품금액|상품 결제금액|итоговая стоимость товара|стоимость товара|сумма товара|ingresos por productos|importe de productos|商品金額|明細金額|小計 税込|商品小計 税込|ยอดรวม|thanh tien|subtotal produk|المجموع|
    优惠后总价|优惠后金额|折后金额|折后总价|实付总价|결제액|product sales|订单应付金额|вайлдберриз реализовал товар`,
  order_total: `order total|order total|grand total|total paid|total amount|order amount|amount paid|order value|total order|payment total|total incl tax|total inc tax|total price|order total amount|total|order gross|total payment|invoice total|sum|gross total|amount|purchase amount|total sales|payment amount|
    gesamtsumme|gesamtbetrag|rechnungsbetrag|bestellsumme|bestellwert|endsumme|endbetrag|summe|gesamt|betrag|gesamtbetrag brutto|auftragssumme|auftragswert|
    montant ttc|total ttc|montant total|total commande|montant de la commande|montant commande|montant paye|total paye|montant|total|montant total ttc|
    importe total|total pedido|importe del pedido|monto total|total del pedido|importe|monto|total pagado|
    totale ordine|importo totale|importo ordine|totale|importo|totale pagato|
    totaalbedrag|ordertotaal|totaal|bedrag|orderbedrag|totaal bedrag|orderwaarde|
    wartosc zamowienia|kwota zamowienia|suma zamowienia|do zaplaty|razem|suma|kwota|kwota brutto|wartosc|wartosc brutto|laczna kwota|
    total do pedido|valor total|valor do pedido|total pago|valor pago|montante|valor|total da encomenda|
    实付金额|买家实际支付金额|订单实付金额|买家应付货款|订单金额|订单总额|应付金额|总金额|合计|总额|金额|实收金额|支付金额|订单应付金额|付款金额|总价|實付金額|訂單金額|總金額|合計|金額|總計|
    合計金額|請求金額|ご請求金額|注文金額|総合計|合計|お支払い金額|支払金額|注文合計|売上金額|итого|сумма заказа|총금액|결제금액|celkem|toplam|toplam tutar|osszesen|
    celkem k uhrade|celkova castka|celkem s dph|toplam fiyat|genel toplam|odenen tutar|totalbelopp|ordersumma|ordresum|totalbelob|loppusumma|yhteensa|vegosszeg|fizetendo|total comanda|сумма к оплате|стоимость заказа|всього|총 결제금액|총 주문금액|주문금액|συνολο|
    сумма отправления|买家总支付金额|買家總支付金額|實際付款金額|合計金額 税込|총 결제 금액|최종결제금액`,
  occurred_at: `occurred at|order date|date ordered|ordered at|ordered on|order datetime|order date time|order time|order created|order created at|order placed|placed at|purchase date|purchased at|purchase time|invoice date|date of order|date of purchase|sale date|date of sale|sales date|transaction date|transaction time|created at|date created|created|created on|creation date|creation time|datetime|date time|timestamp|date|order placed date|event time|paid at|payment date|date paid|paid on date|orderdate|
    bestelldatum|bestellt am|auftragsdatum|kaufdatum|verkaufsdatum|rechnungsdatum|belegdatum|erstellt am|erstellungsdatum|datum|bestellzeit|bestelldatum uhrzeit|eingangsdatum|zeitstempel|
    date de commande|date commande|date de la commande|date d achat|date achat|date de creation|date creation|creee le|date facture|date de facture|date de vente|date et heure|
    fecha de pedido|fecha del pedido|fecha pedido|fecha de compra|fecha compra|fecha de creacion|fecha factura|fecha de venta|fecha y hora|fecha|
    data ordine|data dell ordine|data acquisto|data di acquisto|data creazione|data fattura|data vendita|data e ora|data|
    besteldatum|orderdatum|aankoopdatum|factuurdatum|datum besteld|besteld op|aangemaakt op|
    data zamowienia|data zlozenia zamowienia|data zlozenia|data zakupu|data sprzedazy|data utworzenia|data wystawienia|
    data do pedido|data pedido|data da compra|data da encomenda|data de criacao|data da venda|
    下单时间|订单创建时间|订单时间|创建时间|交易时间|成交时间|付款时间|订单付款时间|支付时间|购买时间|下单日期|订单日期|日期|时间|交易创建时间|訂單日期|下單時間|訂單時間|日期|
    注文日時|注文日|受注日時|受注日|購入日時|購入日|ご注文日|日付|日時|注文 日時|дата заказа|дата|주문일시|주문일자|주문일|datum objednavky|siparis tarihi|tarih|rendeles datuma|orderdatum|tilauspaiva|
    date hour minute|date hour and minute|datum vytvoreni|datum a cas|datum zadani|olusturma tarihi|islem tarihi|siparis zamani|bestallningsdatum|ordredato|bestillingsdato|dato|paivamaara|pvm|tilattu|rendeles ideje|datum|kelt|data comenzii|data comanda|дата создания|дата покупки|дата и время|дата оформления|дата замовлення|결제일시|결제일|주문 일시|주문 날짜|ημερομηνια|ημερομηνια παραγγελιας|order ts|order timestamp|purchase ts|purchase timestamp|created ts|event ts|event timestamp|ts|order dt|order day|day|
    訂單成立日期|訂單成立時間|訂單建立時間|訂購日期|訂購時間|下單日期|成立日期|成立時間|принят в обработку|дата оформления заказа|дата продажи|дата создания заказа|オーダー日|オーダー日時|ご注文日時|受注日付|date hour|date and hour|วันที่ทำการสั่งซื้อ|ngay dat hang|waktu pesanan dibuat|تاريخ الطلب|order creation date|order placed date time|create date|create timestamp|created timestamp|order created time|
    created time|受注日時|売上日時|
    date purchased|purchase datetime|doc date|docdate|posting date|buchungsdatum|订单提交时间|дата заказа покупателем`,
  time_of_day: `time of day|time|order time|time of day|uhrzeit|bestellzeit|zeit|heure|heure de commande|hora|ora|tijd|godzina|时间|時刻|注文時刻|時間|время|시간|saat|cas|posting time`,
  zone: `zone|time zone|timezone|zeitzone|fuseau horaire`,
  customer_id: `customer id|customer id|customer number|customer no|customer nr|customer code|customer key|customerid|client id|client number|client code|user id|userid|buyer id|buyer user id|buyer username|buyer user name|account id|account number|member id|household id|shopper id|cust id|contact id|customer|client|buyer|user|member|account|customer reference|visitor|
    kundennummer|kundennr|kunden nr|kunden id|kundenid|kunden nummer|debitorennummer|debitor|debitor nr|kd nr|kdnr|kunde|kaufer|
    numero client|n client|no client|numero de client|id client|code client|ref client|client n|client|acheteur|
    id cliente|codigo cliente|codigo de cliente|n cliente|numero de cliente|numero cliente|id de cliente|cliente|comprador|
    codice cliente|numero cliente|cod cliente|acquirente|
    klantnummer|klant id|klantnr|klant nr|klant|klantcode|
    id klienta|numer klienta|nr klienta|kod klienta|login kupujacego|kupujacy|klient|kontrahent|login|
    codigo do cliente|id do cliente|n do cliente|
    买家会员名|买家昵称|买家id|客户编号|客户id|会员编号|会员id|会员号|会员名|用户id|用户编号|用户名|买家账号|买家|客户|会员|用户|客户名称|下单用户|客戶編號|會員編號|會員帳號|買家帳號|顧客編號|
    顧客id|会員番号|会員id|顧客番号|お客様番号|顧客コード|購入者id|注文者id|会員コード|id клиента|клиент|покупатель|고객번호|회원번호|고객id|아이디|cislo zakaznika|zakaznik|musteri no|musteri|vevo|kundnummer|
    kod zakaznika|id zakaznika|kundnr|kund|kund id|kundenummer|kunde nr|asiakasnumero|asiakas|vevoszam|vevokod|ugyfel|client id|cod client|id client|musteri id|musteri kodu|musteri numarasi|kullanici|uye no|код клиента|номер клиента|контрагент|id покупателя|клієнт|구매자id|회원id|회원 번호|구매자|주문자id|πελατης|κωδικος πελατη|
    下单帐号|下单账号|帐号|买家帐号|会员账号|買家|訂購人|購買者|購入者|注文者|구매자 아이디|주문자 아이디|покупатель id|ชื่อผู้ซื้อ|nguoi mua|username pembeli|username buyer|card code|cardcode|verk an deb nr|deb nr|debitornr`,
  email: `email|email|e mail|customer email|email address|e mail address|billing email|buyer email|contact email|customer email address|email billing|user email|mail|emailaddress|
    e mail adresse|email adresse|kunden e mail|mailadresse|adresse e mail|adresse email|courriel|mail client|email client|
    correo electronico|correo|email cliente|e mailadres|emailadres|adres email|adres e mail|mejl|e mail klienta|email do cliente|
    邮箱|电子邮箱|电子邮件|买家邮箱|電子郵件|メールアドレス|メール|注文者メールアドレス|электронная почта|이메일|eposta|e posta|
    emailova adresa|musteri e posta|e postadress|epost|sahkoposti|e mail cim|adresa de email|почта|эл почта|이메일 주소|구매자 이메일|
    購入者メールアドレス|ご注文者メールアドレス|注文者メール|購入者メール|お客様メールアドレス|电子邮箱地址|email người mua|البريد الإلكتروني|bill mail address|電郵|from email address`,
  phone: `phone|phone|phone number|customer phone|billing phone|mobile|telefon|telefonnummer|telephone|telefono|telefoon|numer telefonu|telefone|手机|手机号|联系手机|收货人手机|买家手机|联系电话|電話|電話番号|手機|телефон`,
  person: `person|customer name|buyer name|billing name|name of customer|recipient name|full name|ship name|kundenname|nom client|nom du client|nombre cliente|nombre del cliente|nome cliente|klantnaam|imie i nazwisko|nazwa klienta|nome do cliente|收货人姓名|收货人|买家姓名|客户姓名|姓名|注文者氏名|注文者名|お客様名|氏名|顧客名|фио|consumer name|顧客|顧客姓名|客戶|구매자|收件人`,
  visitor_id: `visitor id|visitor id|anonymous id|session id|device id|client id ga|cookie id|user pseudo id`,
  currency: `currency|currency|currency code|order currency|price currency|currencycode|payment currency|wahrung|waehrung|devise|monnaie|moneda|divisa|valuta|waluta|moeda|币种|货币|币别|幣別|通貨|валюта|통화|mena|para birimi|penznem|
    код валюты|код валюти|通貨コード|货币代码|币种代码|통화코드|currency iso code|currency iso|iso code|currency shortcode|currency id`,
  status: `status|order status|status|state|order state|orderstatus|item status|sale status|bestellstatus|auftragsstatus|statut|statut de la commande|statut commande|etat|etat de la commande|etat commande|estado|estado del pedido|estado pedido|stato|stato ordine|stato dell ordine|bestelstatus|status zamowienia|stan zamowienia|estado do pedido|status do pedido|situacao|estado da encomenda|订单状态|交易状态|状态|訂單狀態|狀態|ステータス|注文ステータス|受注ステータス|注文状況|注文状態|статус|статус заказа|주문상태|stav|stav objednavky|durum|siparis durumu|
    stav zakazky|siparis durumu|orderstatus|ordrestatus|tila|tilauksen tila|allapot|rendeles allapota|stare|stare comanda|состояние|статус оплаты заказа|주문 상태|주문처리상태|κατασταση|
    発送状況|配送状況|処理状況|注文ステータス|オーダーステータス|受注ステータス|ステータス|상태|주문진행상태|처리상태|статус отправления|estado de la venta|สถานะการสั่งซื้อ|trang thai don hang|status pesanan|حالة الطلب|소주문상태`,
  payment_status: `payment status|payment status|financial status|payment state|paid|zahlungsstatus|bezahlstatus|statut paiement|statut du paiement|etat du paiement|estado del pago|estado de pago|stato pagamento|betaalstatus|status platnosci|status do pagamento|支付状态|付款状态|付款狀態|支払い状況|入金状況|入金ステータス|支払ステータス|статус оплаты|결제상태`,
  cancelled_at: `cancelled at|cancelled at|canceled at|cancelled on|cancellation date|date cancelled|storniert am|stornodatum|date d annulation|fecha de cancelacion|data annullamento|data anulowania|取消时间|キャンセル日`,
  is_test: `is test|test|is test|test order|testbestellung`,
  country: `country|country|country code|shipping country|ship country|ship to country|billing country|delivery country|destination country|land|lieferland|versandland|pays|pays de livraison|pais|pais de envio|paese|nazione|kraj|kraj dostawy|pais de entrega|国家|国家 地区|收货国家|國家|国|国名|страна|국가|zeme|ulke`,
  goods_paid: `goods paid|买家应付货款|货款金额|商品实付总额|商品合計金額 値引後`,
  coupon_code: `coupon code|coupon code|coupon|discount code|voucher code|voucher|promo code|promotion code|code promo|gutscheincode|gutschein|rabattcode|bon de reduction|code de reduction|cupon|codigo de descuento|codice sconto|codice promozionale|kortingscode|kod rabatowy|kod promocyjny|cupom|cupom de desconto|优惠码|优惠券|クーポンコード|クーポン`,
  shipping: `shipping|shipping|shipping cost|shipping total|shipping price|shipping amount|shipping fee|shipping and handling|shipping charge|delivery cost|delivery fee|delivery price|postage|freight|order shipping|shipping cost inc tax|versandkosten|versand|porto|lieferkosten|frais de port|frais de livraison|livraison|frais d expedition|gastos de envio|coste de envio|envio|spese di spedizione|costi di spedizione|spedizione|verzendkosten|koszt dostawy|koszt wysylki|dostawa|frete|portes|valor do frete|运费|邮费|买家应付邮费|快递费|運費|送料|стоимость доставки|배송비|doprava|kargo|
    postovne|kargo ucreti|frakt|fragt|toimituskulut|szallitasi koltseg|transport|cost livrare|доставка|배송료|
    買家支付運費|買家運費|送料合計|送料 税込|ご請求送料|배송비 합계|배송비합계|총 배송비|стоимость отправления|ingresos por envio|costo de envio|ค่าจัดส่ง|phi van chuyen|ongkos kirim`,
  refunded_amount: `refunded amount|refunded amount|refund amount|amount refunded|total refunded|refunded|refund total|refund|order refund amount|erstattungsbetrag|erstattet|erstatteter betrag|ruckerstattung|gutschrift|montant rembourse|montant du remboursement|remboursement|rembourse|importe reembolsado|reembolso|importo rimborsato|rimborso|terugbetaald bedrag|terugbetaling|kwota zwrotu|zwrot|zwrocono|valor reembolsado|valor estornado|退款金额|退款|退款总额|退款金額|返金額|返金|сумма возврата|환불금액|已退款金額|已退款金额`,
  line_refunded_quantity: `line refunded quantity|refunded quantity|quantity refunded|refunded qty|qty refunded|returned quantity|quantity returned|returned qty|qty returned|items returned|units returned|units refunded|retourenmenge|retournierte menge|erstattete menge|quantite retournee|quantite remboursee|cantidad devuelta|quantita resa|quantita rimborsata|geretourneerd aantal|ilosc zwrocona|quantidade devolvida|退货数量|退款数量|退貨數量|返品数|返品数量|количество возврата|반품수량`,
  refunded_at: `refunded at|refunded at|refund date|date refunded|refunded on|erstattet am|date de remboursement|fecha de reembolso|退款时间|返金日`,
  updated_at: `updated at|updated at|last updated|last modified|date modified|modified at|modified|last update|update time|geandert am|aktualisiert am|date de modification|fecha de modificacion|data aggiornamento|data modyfikacji|更新时间|修改时间|更新日時`,
  unit_cost: `unit cost|unit cost|cost per item|cost price|purchase price|cost of goods|item cost price|einkaufspreis|ek preis|ek|prix d achat|prix achat|precio de coste|prezzo di acquisto|inkoopprijs|cena zakupu|preco de custo|成本|成本价|进价|原価|仕入単価`,
  list_price: `list price|list price|original price|compare at price|regular price|rrp|msrp|uvp|listenpreis|prix barre|precio original|prezzo di listino|adviesprijs|cena katalogowa|preco original|原价|吊牌价|定価|市场价|
    商品原價|原價|통상가|정가|цена до скидки`,
  channel: `channel|channel|sales channel|verkaufskanal|kanal|canal|canale|kanaal|销售渠道|渠道|チャネル`,
  category: `category|category|categories|product category|product type|category path|department|kategorie|warengruppe|produktkategorie|categorie|catégorie|famille|rayon|categoria|kategoria|类目|分类|商品分类|类别|分類|カテゴリ|カテゴリー|категория|카테고리`,
  brand: `brand|brand|manufacturer|vendor|brand name|marke|hersteller|marque|fabricant|marca|fabricante|produttore|merk|fabrikant|marka|producent|品牌|厂商|ブランド|メーカー|бренд|브랜드`,
  stock: `stock|stock|stock quantity|inventory|inventory quantity|qty in stock|quantity in stock|stock level|available quantity|on hand|lagerbestand|bestand|lagermenge|verfugbar|quantite en stock|stock disponible|existencias|giacenza|disponibilita|voorraad|stan magazynowy|stan|estoque|库存|库存数量|可售库存|庫存|在庫|在庫数|остаток|재고|
    current stock level|current stock|stock on hand|quantity on hand|inventory level|available stock|available|qty available|quantity available|stock qty|inventory quantity|stock quantity|stock count|stock level|number in stock`,
  registered_at: `registered at|registered at|registration date|date registered|signup date|sign up date|joined|member since|created at|created|date created|customer since|registriert am|registrierungsdatum|kunde seit|date d inscription|date inscription|fecha de registro|data registrazione|registratiedatum|data rejestracji|data de cadastro|注册时间|註冊日期|登録日|登録日時|дата регистрации`,
  event_type: `event type|event|event name|event type|action|activity|event action|behavior type|behaviour type|behavior|interaction|interaction type|ereignis|evenement|evento|zdarzenie|事件|行为类型|行为|イベント|イベント名`,
  event_id: `event id|event id|eventid|message id|uuid|insert id`,
};
