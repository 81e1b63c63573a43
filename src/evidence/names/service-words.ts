import { partsOf } from './organization.ts';

/** Words that make a bought domain look like a department: "secure-login-portal.example". */
const SERVICE_WORDS = new Set(
  `access account accounts admin alert alerts assist auth authentication bank banking billing care center client clients
  confirm confirmation customer customers delivery desk document documents doc docs email express file help helpdesk id info
  invoice login logon mail mailbox member my notice notification notifications notify office online parcel pay payment
  payments portal post protect protection recovery refund renewal reset safe secure secured security server service services
  shipping sign signin sso store support system team track tracking unlock update updates user validation verification
  verified verify wallet web webmail konto kunden sicherheit zahlung rechnung servicio cliente clientes seguridad cuenta
  servizio clienti sicurezza compte securite facture paiement suporte conta klant beveiliging obsluga bezpieczenstwo`.split(
    /\s+/,
  ),
);

/** Two such words, or one beside something else after a hyphen, is what forgers buy; `mail` alone is a company. */
export function hasServiceWords(host: string): boolean {
  const { label } = partsOf(host);
  const parts = label.split(/[-\d]+/).filter((part) => part !== '');
  return parts.length > 1 && parts.some((part) => SERVICE_WORDS.has(part));
}
