/**
 * Words that only together say what a message wants, in the forms that ten languages inflect them to. `*` stands for any
 * ending. In plain form (text/words.ts): lower case, no accents.
 */
const STEMS = {
  account: `account accounts iban bank banking bsb payroll salary deposit konto konten kontonummer kontodaten kontoverbindung
    bankverbindung bankdaten lohnkonto gehaltskonto compte comptes rib banque bancaire bancaires bancario bancarios bancaria
    bancarias bancari bancarie banco banca cuenta cuentas nomina conto conti stipendio conta contas salario rekening*
    bankrekening* salaris* rachun* konta kontem bankow* wynagrodzen* bankkonto* kontouppgift* bankuppgift* lonekonto bankgiro*
    hesab* hesap* banka bankamiz* iban*`,
  change: `new changed change changes changing updated update switched switching different replaces replaced instead amended
    moved neue neuen neues neuer geandert* anderung* andern gewechselt wechsel umgestellt aktualisier* nouveau nouveaux nouvelle
    nouvelles change* modifi* nuevo nuevos nueva nuevas cambio cambios cambiar cambiado cambiamos modific* actualiz* nuovo nuova
    nuovi nuove cambiato cambiare aggiorn* variazione variato novo novos nova novas alterar alterou alterado alterada alteracao
    alteramos mudou mudamos mudar mudanca trocar trocamos atualiz* nieuw nieuwe gewijzigd* wijzig* verander* overgestapt
    aangepast* zmian* zmien* nowy nowe nowego nowym nowa nowej aktualiz* ny nya nytt bytt bytte byter andrat andrats andring
    uppdater* yeni yenisi degis* guncel*`,
  call: `call calling phone telephone dial ring helpline hotline tollfree anruf* rufen telefon* telefonisch appel* appeler
    telephone* llam* telefono chiam* ligue ligar telefone bel bellen belt zadzwon* dzwon* infolini* ring* arayin* arayabil* ara`,
  charge: `charge charged charges debit debited renew renewed renewal billed deducted subscription purchase purchased refund
    cancel cancellation dispute invoice abgebucht* abbuch* verlanger* abonn* storni* kundig* preleve* prelevement renouvel* annul*
    commande rembours* cobr* renov* suscri* cancel* cargo pedido addebit* rinnov* abbona* disdi* rimbors* debit* assinatura
    estorn* verleng* afgeschreven afschrijv* opzegg* odnow* pobran* obciaz* anulow* subskryp* fornya* fornyelse debiter*
    prenumer* avbest* yenile* tahsil* iptal* abonel*`,
  pay: `pay paying payment payments remit settle settled transfer wire uberweis* zahlen zahlung* virement* payer paiement* regler
    reglement* transferencia* pago pagos pagar abono bonifico pagament* versament* transferir overmak* overgemaakt betal*
    overschrijv* przelew* zaplac* platnos* overfor* odeme* havale* eft`,
  press: `today tonight urgent urgently asap immediately tomorrow noon promptly heute dringend* sofort umgehend aujourd urgen*
    immediat* hoy inmediat* oggi subito hoje imediat* vandaag spoed* dzis dzisiaj piln* natychmiast* niezwlocznie idag omgaende
    bradsk* bugun acil* hemen ivedi*`,
  hush: `confidential confidentially discreet discreetly secret quiet quietly vertraulich* diskret* confidentiel* discret*
    confidencial* discrec* riservat* discrez* sigil* vertrouwelijk* poufn* dyskre* konfidentiell* gizli*`,
  spy: `camera cameras webcam footage recorded recording recordings video videos clip screen hacked hacker infected spyware malware
    trojan kamera* webkamera* aufgenommen aufnahme* aufgezeichnet gehackt schadsoftware webcam* camera* enregistr* pirate
    piratage logiciel camara grabado grabacion* grabe hacke* hackea* telecamera registrat* hackerat* gravei gravacao gravado
    hackead* camera opgenomen opname* gehackt nagral* nagran* zhakow* wlamal* spelat inspelad* inspelning* hackat kaydett*
    kameran*`,
  coin: `bitcoin* btc wallet crypto* usdt xmr monero coins ethereum kryptow* krypto* criptom* cripto* portefeuille billetera
    portafoglio carteira portfel* planbok* cuzdan* kripto*`,
} as const;

export type Stem = keyof typeof STEMS;

interface Beginning {
  readonly form: string;
  readonly stem: Stem;
}

const EXACT = new Map<string, Stem[]>();
/** By their first letters, so that a word is compared with a few. */
const BEGINNINGS = new Map<string, Beginning[]>();
const FIRST_LETTERS = 3;
for (const stem of Object.keys(STEMS) as Stem[]) {
  for (const word of STEMS[stem].split(/\s+/)) {
    if (word.endsWith('*')) {
      const form = word.slice(0, -1);
      const first = form.slice(0, FIRST_LETTERS);
      BEGINNINGS.set(first, [...(BEGINNINGS.get(first) ?? []), { form, stem }]);
    } else EXACT.set(word, [...(EXACT.get(word) ?? []), stem]);
  }
}

/** What an attack wants stands in its first page. */
const WORDS = 600;

/** Places of each stem in the words, in order. */
export class Stems {
  readonly #places = new Map<Stem, number[]>();

  constructor(words: readonly string[]) {
    words.slice(0, WORDS).forEach((word, at) => {
      for (const stem of EXACT.get(word) ?? []) this.#add(stem, at);
      for (const { form, stem } of BEGINNINGS.get(word.slice(0, FIRST_LETTERS)) ?? []) {
        if (word.startsWith(form)) this.#add(stem, at);
      }
    });
  }

  #add(stem: Stem, at: number): void {
    const places = this.#places.get(stem) ?? [];
    places.push(at);
    this.#places.set(stem, places);
  }

  has(stem: Stem): boolean {
    return this.#places.has(stem);
  }

  /** Do the two stand at most `within` words apart? Both lists are in order, so one walk over both is enough. */
  near(one: Stem, other: Stem, within: number): boolean {
    const [a, b] = [this.#places.get(one) ?? [], this.#places.get(other) ?? []];
    let at = 0;
    for (const place of a) {
      while (at < b.length && (b[at] ?? 0) < place - within) at++;
      const found = b[at];
      if (found !== undefined && found !== place && found <= place + within) return true;
    }
    return false;
  }
}
