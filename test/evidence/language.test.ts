import { describe, expect, it } from 'vitest';
import { THEMES, type Theme } from '../../src/evidence/language.ts';
import { factsFrom } from './message-factory.ts';

const read = (visibleText: string, subject = '') => factsFrom('language', { visibleText, subject });

/** For each theme a sentence that is about it, in one of the languages, and one that is not. */
const ABOUT: Readonly<Record<Theme, readonly [string, string]>> = {
  credentials: ['Please verify your account.', 'Please verify the figures.'],
  urgency: ['Bitte antworten Sie umgehend.', 'Bitte antworten Sie.'],
  money: ['Il faut un virement.', 'Il faut un stylo.'],
  paymentChange: ['Estos son los nuevos datos bancarios.', 'Estos son los datos.'],
  secrecy: ['La questione è confidenziale.', 'La questione è chiusa.'],
  giftCard: ['Compre cartões presente na loja.', 'Compre pão na loja.'],
  prize: ['U heeft gewonnen.', 'U heeft gegeten.'],
  inheritance: ['To jest spadek.', 'To jest stół.'],
  extortion: ['Your webcam was on.', 'Your light was on.'],
  cryptocurrency: ['ビットコインです。', '今日は。'],
  job: ['You can work from home.', 'You can walk home.'],
  callback: ['Rufen Sie uns an.', 'Wir sehen uns.'],
  invoice: ['Voici la facture.', 'Voici la photo.'],
  delivery: ['Su paquete espera.', 'Su amigo espera.'],
  accountThreat: ['アカウント停止のため', '会議のため'],
  pharmacy: ['Cheap viagra.', 'Cheap chairs.'],
  adult: ['Randki dla ciebie.', 'Książki dla ciebie.'],
  marketing: ['Speciale aanbieding.', 'Speciale avond.'],
  mailbox: ['Hinweis: Ihr Postfach ist voll.', 'Hinweis: Ihr Glas ist voll.'],
  availability: ['Är du tillgänglig?', 'Är du glad?'],
  offChannel: ['Bana kişisel e-posta ile yaz.', 'Bana mektup ver.'],
  loan: ['Tenemos una oferta de préstamo.', 'Tenemos una mesa.'],
  seo: ['Get on the first page of Google.', 'Get on the first bus.'],
  romance: ['Mijn liefste, hallo.', 'Mijn tuin, hallo.'],
  legal: ['Vous recevrez une mise en demeure.', 'Vous recevrez une carte.'],
  unsubscribe: ['Clique para cancelar inscrição.', 'Clique para ver.'],
};

describe('language', () => {
  it.each(THEMES)('knows words of %s, and only those', async (theme) => {
    const [about, other] = ABOUT[theme];
    expect((await read(about)).themes[theme]).toBeGreaterThan(0);
    expect((await read(other)).themes[theme]).toBe(0);
  });

  it('counts distinct phrases, and gives at most three examples in their own spelling', async () => {
    const facts = await read('URGENT, urgent! Act now, immediately, without delay.', 'Überweisung');
    expect(facts.themes.urgency).toBe(4);
    expect(facts.examples.urgency).toEqual(['urgent', 'act now', 'immediately']);
    expect(facts.examples.money).toEqual(['überweisung']);
    expect(facts.examples.prize).toBe(undefined);
  });

  it('reads through accents, unseen signs and letters of other alphabets', async () => {
    expect((await read('gi ft card')).themes.giftCard).toBe(0);
    expect((await read('gi\u200bft card')).themes.giftCard).toBe(1);
    expect((await read('Uberweisung')).themes.money).toBe(1);
    expect((await read('bitсоin')).themes.cryptocurrency).toBe(1);
  });

  it.each([
    ['en', 'The minutes of the meeting are with you and we will have more for you.'],
    ['de', 'Das Protokoll ist nicht für mich, und wir haben auch die Liste.'],
    ['fr', 'Les notes sont pour vous et nous avons aussi la liste dans une page.'],
    ['es', 'Las notas son para usted y los otros, pero nos falta una lista.'],
    ['it', 'Gli appunti sono per la riunione e non ho anche la lista del gruppo che è sua.'],
    ['pt', 'As notas não são para você e os outros também, mas uma lista está com ele.'],
    ['nl', 'Het verslag is niet voor u en wij hebben ook een lijst van de dag.'],
    ['pl', 'Notatki nie są dla państwa, ale to jest lista przez nas.'],
    ['ja', '議事録をお送りします。ご確認ください。'],
    ['ru', 'Вот протокол встречи для вас.'],
    ['zh', '这是会议记录'],
    ['', 'Ok'],
    ['', '12345 !!!'],
  ])('tells the language %j of %s', async (language, text) => {
    expect((await read(text)).language).toBe(language);
  });

  it('counts exclamation marks and capitals', async () => {
    expect(await read('HI you!!')).toMatchObject({ exclamations: 2, upperShare: 0.4 });
    expect(await read('Ça É')).toMatchObject({ upperShare: 2 / 3 });
    expect(await read('hello 123')).toMatchObject({ exclamations: 0, upperShare: 0 });
    expect((await read('!'.repeat(150))).exclamations).toBe(100);
  });

  it.each(['$1,200.50', '€ 90', '1.000 EUR', '5 million dollars', '£40', '300円', 'USD 5', '2.5 btc'])(
    'takes %s for an amount of money',
    async (amount) => {
      expect((await read(`Pay ${amount} today`)).currencyAmounts).toBe(1);
    },
  );

  it.each(['room 200', '15:30', '2026-03-02', '5 europeans', 'v1.2.3'])(
    'takes %s for no amount',
    async (text) => {
      expect((await read(`see ${text} today`)).currencyAmounts).toBe(0);
    },
  );

  it.each([
    '+1 (555) 010-0199',
    '555-010-0199',
    '(555) 010-0199',
    '1-800-555-0199',
    '+49 30 5550 199 12',
    '0044 20 7946 0018',
    '020 7946 0018',
    '+12 345 678',
    '+12 345 678 901 2345',
  ])('takes %s for a telephone number', async (number) => {
    expect((await read(`Call ${number} now`)).phoneNumbers).toBe(1);
  });

  it.each([
    '2026-03-02 10:00',
    '192.168.100.200',
    '1234567890123456789',
    '12/03/2026',
    '1 000 000 000',
    'order 12345678',
    '+1 345 678',
    '+12 345 678 901 23456',
  ])('takes %s for no telephone number', async (text) => {
    expect((await read(`see ${text} now`)).phoneNumbers).toBe(0);
  });

  it('counts Bitcoin addresses', async () => {
    const wallet = '1BoatSLRHtKNngkdXEeobR76b53LETtpyT';
    expect((await read(`Send it to ${wallet}.`)).bitcoinAddresses).toBe(1);
    expect((await read(`bc1q${'a'.repeat(38)}`)).bitcoinAddresses).toBe(1);
    expect((await read(`x${wallet}`)).bitcoinAddresses).toBe(0);
  });

  it('counts words that mix alphabets', async () => {
    expect((await read('Your Аmazon рackage and Москва')).mixedScriptWords).toBe(2);
    expect((await read('Your Amazon package and Москва, Ωmega')).mixedScriptWords).toBe(1);
    expect((await read('Your package')).mixedScriptWords).toBe(0);
  });

  it('knows a greeting to nobody, at the start only', async () => {
    expect((await read('Dear customer, your parcel waits.')).genericGreeting).toBe(true);
    expect((await read('Dear Bo, your parcel waits.')).genericGreeting).toBe(false);
    expect((await read(`${'word '.repeat(39)}dear customer`)).genericGreeting).toBe(true);
    expect((await read(`${'word '.repeat(40)}dear customer`)).genericGreeting).toBe(false);
  });

  it('reads 20,000 characters and 4,000 words of the text', async () => {
    expect((await read(`${'a '.repeat(3_999)}urgent end`)).words).toBe(4_000);
    expect((await read(`${'a '.repeat(4_000)}urgent`)).themes.urgency).toBe(0);
    expect((await read(`${'x'.repeat(19_993)} urgent`)).themes.urgency).toBe(1);
    expect((await read(`${'x'.repeat(19_994)} urgent`)).themes.urgency).toBe(0);
  });
});
