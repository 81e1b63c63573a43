import type { Words } from '../en.ts';

export const frame: Words['frame'] = {
  product: 'Postern',
  skip: 'Zum Inhalt',
  signOut: 'Abmelden',
  areas: {
    now: 'Jetzt',
    held: 'Quarantäne',
    efficacy: 'Wirksamkeit',
    whatIf: 'Was wäre wenn',
    detectors: 'Detektoren',
    own: 'Meine Mail',
    trail: 'Protokoll',
    access: 'Benutzer',
  },
};
