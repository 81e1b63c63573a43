import type { DigestWords } from '../words.ts';

export const french: DigestWords = {
  subject: (count) =>
    count === 1 ? 'Un message a été retenu pour vous' : `${count} messages ont été retenus pour vous`,
  greeting: 'Bonjour,',
  intro: (count, address) =>
    count === 1
      ? `depuis la dernière de ces lettres, le filtre de messagerie a retenu un message destiné à ${address}.`
      : `depuis la dernière de ces lettres, le filtre de messagerie a retenu ${count} messages destinés à ${address}.`,
  what: "Si vous n'en attendiez aucun, il n'y a rien à faire : ils seront supprimés après un certain temps.",
  more: (count) => `Et ${count} autres, qui ne figurent pas ici.`,
  columns: { from: 'De', subject: 'Objet', date: 'Date', reason: 'Pourquoi' },
  noSubject: '(sans objet)',
  release: 'Remettre ce message',
  ask: 'Demander ce message',
  links: (days) =>
    `Chaque lien sert une fois, pendant ${days} jours, pour ce seul message. Il montre une page ; rien ne se passe avant que vous y pressiez le bouton.`,
  off: 'Je ne veux plus de ces lettres',
  reasons: {
    credential_phishing: "semble chercher des données d'accès",
    bec: "semble venir d'une autre personne que celle indiquée",
    invoice_fraud: 'la facture ne semble pas authentique',
    callback_phishing: 'semble attirer vers un appel téléphonique',
    extortion: 'semble être une menace',
    scam: 'semble être une tromperie',
    malware: 'contient quelque chose de dangereux',
    spam: 'semble être de la publicité non désirée',
    other: 'ne respecte pas les règles de ce système de messagerie',
  },
  pages: {
    releaseTitle: 'Remettre un message retenu',
    releaseText:
      'Ce message a été retenu pour vous. Faites-le remettre seulement si vous savez ce que c’est.',
    releaseButton: 'Le remettre',
    released: 'Le message est en route vers votre boîte.',
    askTitle: 'Demander un message retenu',
    askText: "Ce message a été retenu pour vous. Les responsables de la messagerie décident s'il est remis.",
    askButton: 'Le demander',
    asked: "Votre demande est notée. Quelqu'un va l'examiner.",
    offTitle: 'Plus de lettres',
    offText: 'Vous ne recevrez plus de lettres sur le courrier retenu. Les messages retenus le restent.',
    offButton: "N'en plus envoyer",
    turnedOff: 'Vous ne recevrez plus ces lettres.',
    deadTitle: 'Ce lien ne fonctionne plus',
    deadText:
      'Il a déjà servi, ou son délai est passé. Ce qui est encore retenu figurera dans la prochaine lettre ; ou demandez aux responsables de la messagerie.',
    goneText: "Ce message n'est plus retenu : il a été remis ou supprimé entre-temps.",
    failedText:
      "Il n'a pas pu être remis à l'instant et reste retenu. Réessayez plus tard avec le même lien.",
    busyText: 'Il y a trop de demandes en ce moment. Réessayez dans une minute.',
  },
};
