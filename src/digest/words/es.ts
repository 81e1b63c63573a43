import type { DigestWords } from '../words.ts';

export const spanish: DigestWords = {
  subject: (count) =>
    count === 1 ? 'Se retuvo un mensaje para usted' : `Se retuvieron ${count} mensajes para usted`,
  greeting: 'Buenos días:',
  intro: (count, address) =>
    count === 1
      ? `desde la última de estas cartas, el filtro de correo retuvo un mensaje para ${address}.`
      : `desde la última de estas cartas, el filtro de correo retuvo ${count} mensajes para ${address}.`,
  what: 'Si no esperaba ninguno, no hay nada que hacer: se borran pasado un tiempo.',
  more: (count) => `Y ${count} más, que no figuran aquí.`,
  columns: { from: 'De', subject: 'Asunto', date: 'Fecha', reason: 'Por qué' },
  noSubject: '(sin asunto)',
  release: 'Entregar este mensaje',
  ask: 'Pedir este mensaje',
  links: (days) =>
    `Cada enlace sirve una vez, durante ${days} días, solo para este mensaje. Muestra una página; nada ocurre antes de que pulse el botón en ella.`,
  off: 'No quiero más cartas de estas',
  reasons: {
    credential_phishing: 'parece buscar datos de acceso',
    bec: 'parece venir de otra persona que la indicada',
    invoice_fraud: 'la factura no parece auténtica',
    callback_phishing: 'parece invitar a una llamada engañosa',
    extortion: 'parece ser una amenaza',
    scam: 'parece ser un engaño',
    malware: 'contiene algo peligroso',
    spam: 'parece publicidad no deseada',
    other: 'no cumple las reglas de este sistema de correo',
  },
  pages: {
    releaseTitle: 'Entregar un mensaje retenido',
    releaseText: 'Este mensaje fue retenido para usted. Haga que se entregue solo si sabe qué es.',
    releaseButton: 'Entregarlo',
    released: 'El mensaje va camino de su buzón.',
    askTitle: 'Pedir un mensaje retenido',
    askText: 'Este mensaje fue retenido para usted. Quienes cuidan del correo deciden si se entrega.',
    askButton: 'Pedirlo',
    asked: 'Su petición queda anotada. Alguien la mirará.',
    offTitle: 'No más cartas',
    offText: 'No recibirá más cartas sobre correo retenido. Los mensajes retenidos siguen como antes.',
    offButton: 'No enviar más',
    turnedOff: 'No recibirá más cartas de estas.',
    deadTitle: 'Este enlace ya no sirve',
    deadText:
      'Ya se usó, o pasó su plazo. Lo que siga retenido estará en la próxima carta; o pregunte a quienes cuidan del correo.',
    goneText: 'Este mensaje ya no está retenido: entretanto se entregó o se borró.',
    failedText: 'Ahora no se pudo entregar y sigue retenido. Pruebe más tarde con el mismo enlace.',
    busyText: 'Hay demasiadas peticiones. Pruebe de nuevo en un minuto.',
  },
};
