/** The audit trail. */
export const trail = {
  title: 'Audit trail',
  lead: 'Who changed what, when and why. Nothing here can be changed or removed before its time.',
  ownLead: 'What you changed. The changes of others are for those who see all domains.',
  actor: 'Who',
  action: 'Action',
  subject: 'What',
  since: 'From',
  until: 'To',
  filter: 'Show',
  at: 'When',
  before: 'Before',
  after: 'After',
  reason: 'Why',
  none: 'Nothing was changed',
  noneText: 'No record fits. Take a filter away, or look at another time.',
  problem: 'This is no date.',
};
