/** What stands on every page. */
export const frame = {
  product: 'Postern',
  skip: 'To the content',
  signOut: 'Sign out',
  areas: {
    now: 'Now',
    held: 'Quarantine',
    efficacy: 'Efficacy',
    whatIf: 'What if',
    detectors: 'Detectors',
    own: 'My mail',
    trail: 'Audit trail',
    access: 'Users',
  },
};
