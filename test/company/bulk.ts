import type { Cast, Organization } from './cast.ts';
import { DAYS, isWorkday, START, sometime } from './clock.ts';
import { fill, PHRASES, slotsFor, write } from './compose.ts';
import { domainOf } from './letter.ts';
import type { Random } from './random.ts';
import type { Planned } from './story.ts';

const DAY_MS = 86_400_000;
const LISTS = ['optics-list.example', 'makers-circle.example'] as const;

/** Mail that nobody answers: newsletters, receipts, mailing lists. */
export function bulkMail(random: Random, cast: Cast): Planned[] {
  const planned: Planned[] = [];
  for (let day = 0; day < DAYS; day++) {
    const midnight = START + day * DAY_MS;
    for (const service of cast.services) {
      if (random.chance(0.15 + 0.35 * service.weight))
        planned.push(newsletter(random, cast, service, midnight));
      if (random.chance(0.1 + 0.3 * service.weight)) planned.push(receipt(random, cast, service, midnight));
    }
    if (isWorkday(midnight))
      for (let left = random.between(1, 5); left > 0; left--) planned.push(post(random, cast, midnight));
  }
  return planned;
}

function newsletter(random: Random, { own }: Cast, service: Organization, midnight: number): Planned {
  const { news } = PHRASES[service.language];
  const at = sometime(random, midnight, 1);
  const slots = { ...slotsFor(random, service.language, at), firm: service.name };
  const page = `https://www.${service.domain}/${random.digits(5)}`;
  const text = [
    service.name,
    ...random
      .shuffled(news.texts)
      .slice(0, 3)
      .map((line) => `${fill(line, slots)}\n${page}`),
    `${news.leave} https://www.${service.domain}/leave/${random.digits(9)}`,
  ].join('\n\n');
  const fields = [
    ['List-Unsubscribe', `<https://www.${service.domain}/leave/${random.digits(9)}>`],
    ['Precedence', 'bulk'],
  ] as const;
  return inbound(
    'newsletter',
    service,
    at,
    recipient(random, own),
    fill(random.pick(news.subjects), slots),
    text,
    fields,
  );
}

function receipt(random: Random, { own }: Cast, service: Organization, midnight: number): Planned {
  const { receipt: words } = PHRASES[service.language];
  const at = sometime(random, midnight, 1);
  const slots = { ...slotsFor(random, service.language, at), firm: service.name };
  const text = `${fill(random.pick(words.texts), slots)}\n\nhttps://www.${service.domain}/account\n\n${service.name}`;
  return inbound(
    'service',
    service,
    at,
    recipient(random, own),
    fill(random.pick(words.subjects), slots),
    text,
    [['Auto-Submitted', 'auto-generated']],
  );
}

function inbound(
  story: 'newsletter' | 'service',
  service: Organization,
  at: number,
  to: string,
  subject: string,
  text: string,
  fields: readonly (readonly [string, string])[],
): Planned {
  const [from] = service.people;
  if (from === undefined) throw new Error('a service without an address');
  return {
    kind: 'inbound',
    story,
    attack: null,
    letter: {
      at,
      from,
      to: [to],
      subject,
      text,
      habits: service.habits,
      fields,
      mailFrom: `bounce@bounces.${service.domain}`,
    },
  };
}

function recipient(random: Random, own: Organization): string {
  return random.pick(own.people).address;
}

/** A list breaks the author's signature: nobody vouches for From. */
function post(random: Random, cast: Cast, midnight: number): Planned {
  const host = random.pick(LISTS);
  const organization = random.pick(cast.partners);
  const from = random.chance(0.5) ? random.pick(cast.private) : random.pick(organization.people);
  const language = organization.language;
  const { list } = PHRASES[language];
  const at = sometime(random, midnight, organization.offset);
  const slots = slotsFor(random, language, at);
  const text = write(random, {
    language,
    from,
    to: { name: 'all', address: '', role: '' },
    firm: '',
    core: [random.pick(list.texts)],
    slots,
  });
  const local = host.split('.')[0] ?? '';
  const broken = { result: 'fail', domain: domainOf(from.address) };
  return {
    kind: 'inbound',
    story: 'list',
    attack: null,
    letter: {
      at,
      from,
      to: [random.pick(cast.own.people.filter(({ role }) => role === 'development')).address],
      subject: fill(random.pick(list.subjects), slots),
      text: `${text}\n_______\n${local}`,
      habits: {
        ...organization.habits,
        clientIps: [`198.19.9${LISTS.indexOf(host)}.7`],
        helo: `lists.${host}`,
      },
      fields: [
        ['List-Id', `<${local}.${host}>`],
        ['Precedence', 'list'],
      ],
      mailFrom: `${local}-bounces@${host}`,
      authentication: {
        spf: { result: 'pass', domain: host },
        dkim: [broken],
        dmarc: { result: 'none', policy: null },
      },
    },
  };
}
