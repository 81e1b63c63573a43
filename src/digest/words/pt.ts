import type { DigestWords } from '../words.ts';

export const portuguese: DigestWords = {
  subject: (count) =>
    count === 1 ? 'Uma mensagem foi retida para si' : `${count} mensagens foram retidas para si`,
  greeting: 'Bom dia,',
  intro: (count, address) =>
    count === 1
      ? `desde a última destas cartas, o filtro de correio reteve uma mensagem para ${address}.`
      : `desde a última destas cartas, o filtro de correio reteve ${count} mensagens para ${address}.`,
  what: 'Se não esperava nenhuma delas, não há nada a fazer: são apagadas passado algum tempo.',
  more: (count) => `E mais ${count}, que não constam aqui.`,
  columns: { from: 'De', subject: 'Assunto', date: 'Data', reason: 'Porquê' },
  noSubject: '(sem assunto)',
  release: 'Entregar esta mensagem',
  ask: 'Pedir esta mensagem',
  links: (days) =>
    `Cada ligação serve uma vez, durante ${days} dias, só para esta mensagem. Mostra uma página; nada acontece antes de premir o botão nela.`,
  off: 'Não quero mais destas cartas',
  reasons: {
    credential_phishing: 'parece procurar dados de acesso',
    bec: 'parece vir de outra pessoa que não a indicada',
    invoice_fraud: 'a fatura não parece autêntica',
    callback_phishing: 'parece atrair para uma chamada enganosa',
    extortion: 'parece ser uma ameaça',
    scam: 'parece ser um engano',
    malware: 'contém algo perigoso',
    spam: 'parece publicidade indesejada',
    other: 'não cumpre as regras deste sistema de correio',
  },
  pages: {
    releaseTitle: 'Entregar uma mensagem retida',
    releaseText: 'Esta mensagem foi retida para si. Mande entregá-la apenas se souber o que é.',
    releaseButton: 'Entregar',
    released: 'A mensagem vai a caminho da sua caixa.',
    askTitle: 'Pedir uma mensagem retida',
    askText: 'Esta mensagem foi retida para si. Quem cuida do correio decide se é entregue.',
    askButton: 'Pedir',
    asked: 'O seu pedido ficou anotado. Alguém o verá.',
    offTitle: 'Mais nenhuma carta',
    offText: 'Não receberá mais cartas sobre correio retido. As mensagens retidas continuam como antes.',
    offButton: 'Não enviar mais',
    turnedOff: 'Não receberá mais destas cartas.',
    deadTitle: 'Esta ligação já não serve',
    deadText:
      'Já foi usada, ou passou o seu prazo. O que ainda estiver retido constará da próxima carta; ou pergunte a quem cuida do correio.',
    goneText: 'Esta mensagem já não está retida: foi entretanto entregue ou apagada.',
    failedText: 'Não foi possível entregá-la agora e continua retida. Tente mais tarde com a mesma ligação.',
    busyText: 'Há demasiados pedidos. Tente de novo dentro de um minuto.',
  },
};
