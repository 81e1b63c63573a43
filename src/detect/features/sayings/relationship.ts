import { factsOf } from '../../../evidence/evidence.ts';
import { quote } from '../../rules/quote.ts';
import { about, type Sayings, when } from './saying.ts';

/** Those that name somebody; the rest have the words of plain-relationship.ts. */
export const RELATIONSHIP: Sayings = {
  relationship_name_known_elsewhere: about('reputation', ({ nameKnownElsewhere }, { sender }) => {
    const facts = factsOf(sender);
    return facts === null
      ? null
      : when(
          nameKnownElsewhere,
          () =>
            `${quote(facts.fromName)} is known here from another address than ${quote(facts.fromAddress)}`,
        );
  }),
  relationship_domain_resembles: about('reputation', ({ domainResemblesKnown }, { sender }) => {
    const facts = factsOf(sender);
    return facts === null
      ? null
      : when(
          domainResemblesKnown,
          () => `${quote(facts.fromDomain)} only looks like the domain of somebody who writes here`,
        );
  }),
  relationship_domain_other_ending: about('reputation', ({ domainOtherEnding }, { sender }) => {
    const facts = factsOf(sender);
    return facts === null
      ? null
      : when(
          domainOtherEnding,
          () => `${quote(facts.fromDomain)} has another ending than the domain of somebody who writes here`,
        );
  }),
  relationship_new_account: about('reputation', ({ newAccount }, { sender }) => {
    const facts = factsOf(sender);
    return facts === null
      ? null
      : when(
          newAccount,
          () => `It gives bank details that ${quote(facts.fromOrganization)} did not give before`,
        );
  }),
  relationship_new_reply_to: about('reputation', ({ newReplyTo }, { sender }) => {
    const facts = factsOf(sender);
    return facts === null
      ? null
      : when(
          newReplyTo,
          () =>
            `Answers to ${quote(facts.fromAddress)} would go to ${quote(facts.replyToDomain)}, for the first time`,
        );
  }),
};
