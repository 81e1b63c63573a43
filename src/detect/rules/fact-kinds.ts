import type { FactsBySource, SourceName } from '../../evidence/evidence.ts';
import type { StandingFacts } from '../../evidence/reputation.ts';

/**
 * How a fact looks to a rule. Nothing that a rule reads is ever null, so no rule can fail on a fact that is unknown:
 * an unknown number is NaN (each comparison with it is false, `known(x)` asks), unknown text is 'unknown', a flag that may
 * be unknown ('maybe') is 'yes', 'no' or 'unknown', so that nobody negates what is not known, and an unknown standing is
 * that of a sender never seen.
 */
export type Kind = 'number' | 'text' | 'flag' | 'maybe' | 'texts' | 'themes' | 'standing';

type KindOf<T> = [NonNullable<T>] extends [boolean]
  ? [T] extends [boolean]
    ? 'flag'
    : 'maybe'
  : [NonNullable<T>] extends [number]
    ? 'number'
    : [NonNullable<T>] extends [string]
      ? 'text'
      : [NonNullable<T>] extends [readonly string[]]
        ? 'texts'
        : [NonNullable<T>] extends [StandingFacts]
          ? 'standing'
          : 'themes';

/** What rules do not see, and why: examples are for explanations, and quoting them is not judging; hits are told by zones and domains. */
type Hidden = 'examples' | 'hits';

type Kinds<T> = { readonly [F in Exclude<keyof T, Hidden>]: KindOf<T[F]> };

/** What a rule may ask of the message itself: bounded text, as a person reads it. */
export interface MessageFacts {
  readonly subject: string;
  /** Visible text of the HTML, or the plain text where there is no HTML. */
  readonly text: string;
  /** Text that a machine reads but a person does not. */
  readonly hiddenText: string;
  readonly title: string;
  readonly sizeBytes: number;
}

export type Source = SourceName | 'message';
type Facts = FactsBySource & { readonly message: MessageFacts };

/** Every fact that rules may name. The compiler refuses this table when a contract in src/evidence changes without it. */
export const FACT_KINDS: { readonly [S in Source]: Kinds<Facts[S]> } = {
  message: { subject: 'text', text: 'text', hiddenText: 'text', title: 'text', sizeBytes: 'number' },
  authentication: {
    spf: 'text',
    spfDomain: 'text',
    spfAligned: 'flag',
    dkim: 'text',
    dkimDomains: 'texts',
    dkimAligned: 'flag',
    dmarc: 'text',
    dmarcPolicy: 'text',
    arc: 'text',
    source: 'text',
    authenticatedDomain: 'text',
    dnsFailures: 'number',
  },
  sender: {
    fromAddress: 'text',
    fromDomain: 'text',
    fromOrganization: 'text',
    fromName: 'text',
    fromCount: 'number',
    nameHoldsOtherAddress: 'flag',
    nameClaimsBrand: 'text',
    subjectNamesBrand: 'text',
    nameOfPerson: 'text',
    roleOfPerson: 'text',
    nameClaimsUs: 'flag',
    freemail: 'flag',
    disposable: 'flag',
    fromBrand: 'text',
    popularRank: 'number',
    replyToPresent: 'flag',
    replyToDiffers: 'flag',
    replyToFreemail: 'flag',
    replyToDomain: 'text',
    senderDiffers: 'flag',
    returnPathDiffers: 'maybe',
    nullSender: 'maybe',
    heloMatchesFrom: 'maybe',
    heloNotAName: 'maybe',
    lookalikeOf: 'text',
    replyToLookalikeOf: 'text',
    punycode: 'flag',
    suspiciousTld: 'flag',
    localPartDigits: 'number',
    fromOwnDomain: 'flag',
    fromIsRecipient: 'maybe',
    nameRole: 'text',
    fromRecipientOrganization: 'maybe',
    nameClaimsRecipient: 'flag',
    nameFitsAddress: 'maybe',
    lookalikeInThread: 'text',
    organizations: 'number',
    randomDomain: 'number',
    randomLocalPart: 'number',
    serviceWordDomain: 'flag',
    fromHosted: 'flag',
    replyToSamePerson: 'flag',
    officeLocalPart: 'flag',
  },
  reputation: {
    authenticatedDomain: 'standing',
    domain: 'standing',
    address: 'standing',
    network: 'standing',
    remembers: 'flag',
  },
  headers: {
    receivedCount: 'number',
    messageIdPresent: 'flag',
    messageIdDomain: 'text',
    messageIdMatchesFrom: 'flag',
    datePresent: 'flag',
    dateSkewHours: 'number',
    subjectPresent: 'flag',
    subjectClaimsReply: 'flag',
    fakeReply: 'flag',
    listUnsubscribe: 'flag',
    oneClickUnsubscribe: 'flag',
    listId: 'flag',
    bulk: 'flag',
    autoSubmitted: 'flag',
    recipientInTo: 'maybe',
    toCount: 'number',
    undisclosedRecipients: 'flag',
    subjectNonAscii: 'number',
    subjectUpperShare: 'number',
    subjectChars: 'number',
    duplicateSingletons: 'number',
    received50: 'flag',
    heloClaimsRecipient: 'maybe',
    receivedBackwards: 'flag',
    messageIdUnrelated: 'maybe',
    messageIdBare: 'flag',
    unsubscribeOfSender: 'flag',
    toIsFrom: 'flag',
    scriptMailer: 'flag',
    highPriority: 'flag',
  },
  links: {
    count: 'number',
    distinctDomains: 'number',
    distinctHosts: 'number',
    shareOfSender: 'number',
    shareOfAuthenticated: 'number',
    shareOfRelated: 'number',
    shareOfBrands: 'number',
    popularShare: 'number',
    imagesOfRelated: 'number',
    borrowedImages: 'number',
    textTargetMismatch: 'number',
    mismatchExample: 'text',
    shorteners: 'number',
    redirectors: 'number',
    ipHosts: 'number',
    punycodeHosts: 'number',
    userinfo: 'number',
    freeHosting: 'number',
    fileSharing: 'number',
    suspiciousTld: 'number',
    brandMisplaced: 'number',
    brandExample: 'text',
    brandInPath: 'number',
    nonStandardPort: 'number',
    maxPathEntropy: 'number',
    maxHostLabels: 'number',
    maxUrlLength: 'number',
    recipientInUrl: 'flag',
    plainHttp: 'number',
    dataOrScript: 'number',
    fromQr: 'number',
    mailto: 'number',
    telephone: 'number',
    concentration: 'number',
    domains: 'texts',
    oddHost: 'text',
    shareOfVouched: 'number',
    loginPaths: 'number',
    insideSite: 'number',
    downloads: 'number',
    distinctTargets: 'number',
    mainForeign: 'maybe',
    randomHosts: 'number',
    serviceWordHosts: 'number',
  },
  html: {
    present: 'flag',
    onlyHtml: 'flag',
    visibleChars: 'number',
    hiddenChars: 'number',
    hiddenShare: 'number',
    images: 'number',
    remoteImages: 'number',
    trackingPixels: 'number',
    imageOnly: 'flag',
    forms: 'number',
    passwordInputs: 'number',
    scripts: 'number',
    iframes: 'number',
    metaRefresh: 'number',
    invisibleCharacters: 'number',
    dataImages: 'number',
    splitLinkTexts: 'number',
    textShare: 'number',
    textAgreement: 'number',
  },
  attachments: {
    count: 'number',
    totalBytes: 'number',
    executables: 'number',
    executableExample: 'text',
    doubleExtension: 'number',
    typeMismatch: 'number',
    archives: 'number',
    encryptedArchives: 'number',
    macros: 'number',
    htmlFiles: 'number',
    htmlSmuggling: 'number',
    htmlForms: 'number',
    diskImages: 'number',
    oneNote: 'number',
    pdfs: 'number',
    officeFiles: 'number',
    images: 'number',
    calendars: 'number',
    messages: 'number',
    qrCodes: 'number',
    unreadImages: 'number',
    pdfLinks: 'number',
    pdfScripts: 'number',
    pdfEncrypted: 'number',
    nestedArchives: 'number',
    remoteParts: 'number',
    activeObjects: 'number',
    htmlRedirects: 'number',
    foreignOrganizers: 'number',
    readInPart: 'number',
    names: 'texts',
  },
  language: {
    language: 'text',
    words: 'number',
    themes: 'themes',
    exclamations: 'number',
    upperShare: 'number',
    currencyAmounts: 'number',
    phoneNumbers: 'number',
    bitcoinAddresses: 'number',
    mixedScriptWords: 'number',
    genericGreeting: 'flag',
    asksToLogIn: 'flag',
    asksToCall: 'flag',
    asksForAnswer: 'flag',
    asksForPayment: 'flag',
    newAccount: 'flag',
    asksForRansom: 'flag',
    shortAndBare: 'flag',
    freemailInText: 'flag',
  },
  ambiguity: { kinds: 'texts', overBudget: 'texts', bareLineEnds: 'number', nulBytes: 'number' },
  dnsLists: {
    clientZones: 'texts',
    fromZones: 'texts',
    linkDomains: 'texts',
    asked: 'number',
    unanswered: 'number',
    trouble: 'text',
  },
  clamd: { asked: 'flag', infected: 'flag', signature: 'text', whole: 'flag' },
};

export const STANDING_KINDS: Kinds<StandingFacts> = {
  messages: 'number',
  badShare: 'number',
  ageDays: 'number',
  known: 'flag',
};
