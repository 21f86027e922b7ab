import { isUtf8 } from 'node:buffer';

/** An encoding by its WHATWG label; of UTF-16 with or without a byte order mark. */
export type Encoding =
  | 'utf-8'
  | 'utf-16le'
  | 'utf-16be'
  | 'windows-1252'
  | 'windows-1250'
  | 'windows-1251'
  | 'windows-1253'
  | 'windows-1254'
  | 'iso-8859-2'
  | 'iso-8859-15'
  | 'macintosh'
  | 'gb18030'
  | 'big5'
  | 'shift_jis'
  | 'euc-jp'
  | 'euc-kr';

export interface FoundEncoding {
  encoding: Encoding;
  /** how many bytes of a mark come before the text */
  mark: number;
}

/** Letters that texts in the languages of a code page have beyond ASCII. */
const usual: Partial<Record<Encoding, string>> = {
  'windows-1252': 'äöüÄÖÜßéèàçêîôûâëïñáíóúãõåøæìòùœÉÈÀÇÑÅØÁÍÓÚÊÙ€£°–„“”’´²·ºª¿¡®',
  'windows-1250': 'ąćęłńśźżĄĆĘŁŃŚŹŻóÓáčďéěíňřšťúůýžÁČĎÉĚÍŇŘŠŤÚŮÝŽőűŐŰöüÖÜäßâîăşţ€°–„”’',
  'windows-1251': 'абвгдежзийклмнопрстуфхцчшщъыьэюяАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЭЮЯёЁіїєґ№€–',
  'windows-1253': 'αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΆΈΉΊΌΎΏ€–',
  'windows-1254': 'şŞğĞıİöüçÖÜÇâî€–’',
  'iso-8859-2': 'ąćęłńśźżĄĆĘŁŃŚŹŻóÓáčďéěíňřšťúůýžőűöüÖÜäß°',
  'iso-8859-15': 'äöüÄÖÜßéèàçêîôûâñáíóúìòùœ€£°',
  macintosh: 'äöüÄÖÜßéèàçêîôûâñáíóúãõåøæìòù€£°–„“”’',
};
const singles = Object.keys(usual) as Encoding[];
const multi: readonly Encoding[] = ['gb18030', 'big5', 'shift_jis', 'euc-jp', 'euc-kr'];

/** What orders and goods are full of, in the scripts of each. */
const frequent: Partial<Record<Encoding, string>> = {
  gb18030:
    '的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严首底液官德随病苏失尔死讲配女黄推显谈罪神艺呢席含企望密批营项防举球英氧势告李台落木帮轮破亚师围注远字材排供河态封另施减树溶怎止案言士均武固叶鱼波视仅费紧爱左章早朝害续轻服试食充兵源判护司足某练差致板田降黑犯负击范继兴似余坚曲输修故城夫够送笔船占右财吃富春职觉汉画功巴跟虽杂飞检吸助升阳互初创抗考投坏策古径换未跑留钢曾端责站简述钱副尽帝射草冲承独令限阿宣环双请超微让控州良轴找否纪益依优顶础载倒房突坐粉敌略客袁冷胜绝析块剂测丝协诉念陈仍罗盐友洋错苦夜刑移频逐靠混母短皮终聚汽村云哪既距卫停烈央察烧迅境若印洲刻括激孔搞甚室待核校散侵吧甲游久菜味旧模湖货损预阻毫普稳乙妈植息扩银语挥酒守拿序纸医缺雨吗针刘啊急唱误训愿审附获茶鲜粮斤孩脱硫肥善龙演父渐血欢械掌歌沙刚攻谓盾讨晚粒乱燃矛乎杀药宁鲁贵钟煤读班伯香介迫句丰培握兰担弦蛋沉假穿执答乐谁顺烟缩征脸喜松脚困异免背星福买染井概慢怕磁倍祖皇促静补评翻肉践尼衣宽扬棉希伤操垂秋宜氢套督振架亮末宪庆编牛触映雷销诗座居抓裂胞呼娘景威绿晶厚盟衡鸡孙延危胶屋乡临陆顾掉呀灯岁措束耐剧玉赵跳哥季课凯胡额款绍卷齐伟蒸殖永宗苗川炉岩弱零杨奏沿露杆探滑镇饭浓航怀赶库夺伊灵税途灭赛归召鼓播盘裁险康唯录菌纯借糖盖横符私努堂域枪润幅哈竟熟虫泽脑壤碳欧遍侧寨敢彻虑斜薄庭纳弹饲伸折麦湿暗荷瓦塞床筑恶户访塔奇透梁刀旋迹卡氯遇份毒泥退洗摆灰彩卖耗夏择忙铜献硬予繁圈雪函亦抽篇阵阴丁尺追堆雄迎泛爸楼避谋吨野猪旗累偏典馆索秦脂潮爷豆忽托惊塑遗愈朱替纤粗倾尚痛楚谢奋购磨君池旁碎骨监捕弟暴割贯殊释词亡壁顿宝午尘闻揭炮残冬桥妇警综招吴付浮遭徐您摇谷赞箱隔订男吹园纷唐败宋玻巨耕坦荣闭湾键凡驻锅救恩剥凝碱齿截炼麻纺禁废盛版缓净睛昌婚涉筒嘴插岸朗庄街藏姑贸腐奴啦惯乘伙恢匀纱扎辩耳彪臣亿璃抵脉秀萨俄网舞店喷纵寸汗挂洪贺闪柬爆烯津稻墙软勇像滚厘蒙芳肯坡柱荡腿仪旅尾轧冰贡登黎削钻勒逃障氨郭峰币港伏轨亩毕擦莫刺浪秘援株健售股岛甘泡睡童铸汤阀休汇舍牧绕炸哲磷绩朋淡尖启陷柴呈徒颜泪稍忘泵蓝拖洞授镜辛壮锋贫虚弯摩泰幼廷尊窗纲弄隶疑氏宫姐震瑞怪尤琴循描膜违夹腰缘珠穷森枝竹沟催绳忆邦剩幸浆栏拥牙贮礼滤钠纹罢拍咱喊袖埃勤罚焦潜伍墨欲缝姓刊饱仿奖铝鬼丽跨默挖链扫喝袋炭污幕诸弧励梅奶洁灾舟鉴苯讼抱毁懂寒智埔寄届跃渡挑丹艰贝碰拔爹戴码梦芽熔赤渔哭敬颗奔铅仲虎稀妹乏珍申桌遵允隆螺仓魏锐晓氮兼隐碍赫拨忠肃缸牵抢博巧壳兄杜讯诚碧祥柯页巡矩悲灌龄伦票寻桂铺圣恐恰郑趣抬荒腾贴柔滴猛阔辆妻填撤储签闹扰紫砂递戏吊陶伐喂疗瓶婆抚臂摸忍虾蜡邻胸巩挤偶弃槽劲乳邓吉仁烂砖租乌舰伴瓜浅丙暂燥橡柳迷暖牌秧胆详簧踏瓷谱呆宾糊洛辉愤竞隙怒粘乃绪肩籍敏涂熙皆侦悬掘享纠醒狂锁淀恨牲霸爬赏逆玩陵祝秒浙貌订单编号商品名称数量金额买家昵称卖家实付款收货地址付运费备注',
  big5: '的一是在不了有和人這中大為上個國我以要他時來用們生到作地於出就分對成會可主發年動同工也能下過子說產種面而方後多定行學法所民得經三之進著等部度家電力裡如水化高自二理起小物現實加量都兩體制機當使點從業本去把性好應開它合還因由其些然前外天政四日那社義事平形相全表間樣與關各重新線內數正心反你明看原又利比或但質氣第向道命此變條只沒結解問意建月公無系很情者最立代想已通並提直題程展五果料象員位入常文總次品式活設及管特件長求老頭基資邊流路級少圖山統接知較將組見計別她手角期根論運農指幾九區強放決西被做必戰先回則任取據處隊南給色光門即保治北造百規熱領七海口東導器壓志世金增爭訂單編號商品名稱數量金額買家賣家運費備註付款狀態客戶會員電話地址收件規格單價小計折扣優惠',
  'euc-kr':
    '주문번호상품명수량금액고객회원일자판매가격배송결제상태이의을를은는에가로과와도하다고한지서사기시정자아인대전그해수부스리나라어',
};

const mostLooked = 1_000_000;

/** Tells how bytes are written, by their mark, by what they may be, and else by which letters make likely words. */
export function findEncoding(bytes: Buffer): FoundEncoding {
  const marked = findMark(bytes);
  if (marked) return marked;
  const wide = findWide(bytes);
  if (wide) return { encoding: wide, mark: 0 };
  const text = bytes.subarray(0, mostLooked);
  if (isMostlyUtf8(text)) return { encoding: 'utf-8', mark: 0 };
  const scored = [...multi.map(scoreOfMulti), ...singles.map(scoreOfSingle)].map((score) => score(text));
  const best = scored.reduce((one, other) => (other.score > one.score ? other : one));
  return { encoding: best.score > 0 ? best.encoding : 'windows-1252', mark: 0 };
}

function findMark(bytes: Buffer): FoundEncoding | undefined {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'utf-8', mark: 3 };
  if (a === 0xff && b === 0xfe) return { encoding: 'utf-16le', mark: 2 };
  if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', mark: 2 };
  return undefined;
}

/** UTF-16 without a mark: of ASCII every other byte is NUL. */
function findWide(bytes: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  const seen = Math.min(bytes.length & ~1, 4_096);
  if (seen < 4) return undefined;
  let [even, odd] = [0, 0];
  for (let at = 0; at < seen; at += 2) {
    if (bytes[at] === 0) even++;
    if (bytes[at + 1] === 0) odd++;
  }
  const most = seen * 0.15;
  if (odd > most && even < odd / 10) return 'utf-16le';
  return even > most && odd < even / 10 ? 'utf-16be' : undefined;
}

/** Some cells of an old encoding among UTF-8 are read as such cell by cell; what is cut at the end says nothing. */
function isMostlyUtf8(bytes: Buffer): boolean {
  const whole = withoutCutCharacter(bytes);
  if (isUtf8(whole)) return true;
  let [good, bad] = [0, 0];
  for (let start = 0; start < whole.length; ) {
    const found = whole.indexOf(0x0a, start);
    const end = found < 0 ? whole.length : found;
    const line = whole.subarray(start, end);
    if (line.some((byte) => byte >= 0x80)) isUtf8(line) ? good++ : bad++;
    start = end + 1;
  }
  return good > 3 * bad;
}

function withoutCutCharacter(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    if (byte >= 0xc0) return bytes.subarray(0, bytes.length - back);
    if (byte < 0x80) return bytes;
  }
  return bytes;
}

interface Score {
  encoding: Encoding;
  score: number;
}

const isUsualHan = (character: string) =>
  frequent['gb18030']!.includes(character) || frequent['big5']!.includes(character);

/** Of scripts with bytes in pairs: a share of characters that are frequent, and none that is impossible. */
function scoreOfMulti(encoding: Encoding): (bytes: Buffer) => Score {
  return (bytes) => {
    const text = new TextDecoder(encoding).decode(bytes);
    let [known, all, broken, letters, usualKanji] = [0, 0, 0, 0, 0];
    const common = frequent[encoding];
    for (const character of text) {
      const code = character.codePointAt(0)!;
      if (code < 0x80) continue;
      all++;
      if (code === 0xfffd) broken++;
      else if (common) {
        if (common.includes(character)) known++;
        // Few of the syllables of Korean make most of no text.
        else if (encoding === 'euc-kr' && /[\uac00-\ud7a3]/.test(character)) known += 0.9;
        else if (/[\u3000-\u303f\uff00-\uffef]/.test(character)) letters++;
        // Lone halves of Latin words make rare signs.
        else if ((code >= 0xe000 && code <= 0xf8ff) || code > 0xffff) broken++;
      } else if (/[\u3040-\u30ff]/.test(character)) known++;
      else if (/[\u4e00-\u9fff\u3000-\u303f\uff01-\uff60\uffe5]/.test(character)) {
        letters++;
        if (isUsualHan(character)) usualKanji++;
      }
      // Half-width kana alone: what Latin letters look like in Shift-JIS.
      else if (/[\uff61-\uff9f]/.test(character)) broken += 0.5;
    }
    if (all === 0) return { encoding, score: 0 };
    // Without kana a few words of kanji are Japanese where they are of those that everybody writes.
    const ofKanji = known === 0 ? (usualKanji === all ? 0.6 : 0) : 0.9;
    const weight = encoding === 'shift_jis' || encoding === 'euc-jp' ? ofKanji : 0.3;
    // A pair counts for two bytes.
    return { encoding, score: ((known + weight * letters - 4 * broken) / all) * 1.1 };
  };
}

/** Where nothing tells: Turkish is all of letters that central Europe has as well, the other way round it is not. */
const bonuses: Partial<Record<Encoding, number>> = { 'windows-1252': 0.02, 'windows-1254': 0.015 };

/** Of alphabets a byte a letter: a share of letters that are usual, inside of words as letters are. */
function scoreOfSingle(encoding: Encoding): (bytes: Buffer) => Score {
  return (bytes) => {
    const text = decodeWhole(bytes, encoding);
    const letters = usual[encoding]!;
    let [sum, all] = [0, 0];
    for (let at = 0; at < text.length; at++) {
      const character = text[at];
      if (character < '\x80') continue;
      all++;
      if (/[\u0080-\u009f\ufffd]/.test(character)) sum -= 3;
      else if (letters.includes(character)) sum += isInPlace(character, text[at - 1], text[at + 1]) ? 1 : -0.5;
      else if (character === '\u00a0') sum += 0.5;
      else sum -= /\p{L}/u.test(character) ? 0.2 : 0.6;
    }
    // Where nothing tells, the usual one of the west.
    const bonus = bonuses[encoding] ?? (encoding.startsWith('windows') ? 0.01 : 0);
    return { encoding, score: all === 0 ? 0 : sum / all + bonus };
  };
}

/** A capital letter stands at the start of a word or among capitals; a sign does not stand among letters. */
function isInPlace(character: string, before = ' ', after = ' '): boolean {
  const isLetter = /\p{L}/u.test(character);
  if (!isLetter) return !(/[a-z]/i.test(before) && /[a-z]/i.test(after) && !/[’´·°]/.test(character));
  // Greek and Cyrillic words have no Latin letters in them.
  if (/[\p{Script=Greek}\p{Script=Cyrillic}]/u.test(character)) return !/[a-z]/i.test(before) && !/[a-z]/i.test(after);
  const isCapital = character !== character.toLowerCase();
  return !(isCapital && before !== before.toUpperCase());
}

const high1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

function decode1252(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[\x80-\x9f]/g, (character) => high1252[character.charCodeAt(0) - 0x80]);
}

function decodeWhole(bytes: Buffer, encoding: Encoding): string {
  // Some versions of Node read it as Latin-1.
  return encoding === 'windows-1252' ? decode1252(bytes) : new TextDecoder(encoding).decode(bytes);
}

/** The same text in UTF-8, as it comes. */
export async function* recode(
  chunks: AsyncIterable<Buffer>,
  { encoding, mark }: FoundEncoding,
): AsyncGenerator<Buffer> {
  let skipped = 0;
  const decoder = encoding === 'utf-8' || encoding === 'windows-1252' ? undefined : new TextDecoder(encoding);
  for await (const chunk of chunks) {
    const skip = Math.min(mark - skipped, chunk.length);
    skipped += skip;
    const bytes = skip > 0 ? chunk.subarray(skip) : chunk;
    if (encoding === 'utf-8') yield bytes;
    else yield Buffer.from(decoder ? decoder.decode(bytes, { stream: true }) : decode1252(bytes));
  }
  if (decoder) yield Buffer.from(decoder.decode());
}
