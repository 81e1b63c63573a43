// npm run bench:console [-- --json] [-- --held N] [-- --sqlite]: lists and searches of the console with 100,000 held messages.
import { parseArgs } from 'node:util';
import { postgresRequirement, startPostgres } from '../test/database/postgres.ts';
import { measure, questionsOf, type Times } from './console/measure.ts';
import { fillConsole } from './console/stores.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    held: { type: 'string', default: '100000' },
    sqlite: { type: 'boolean', default: false },
  },
});
const held = Number(values.held);

interface Measured {
  readonly table: Readonly<Record<string, Times>>;
  /** Worst median of lists and searches. */
  readonly listMs: number;
  readonly loopHeldMs: number;
}

const sqlite = await run('SQLite', null);
const postgres = values.sqlite ? null : await onPostgres();
console.log(
  JSON.stringify({
    held,
    listMs: sqlite.listMs,
    loopHeldMs: sqlite.loopHeldMs,
    postgresListMs: postgres?.listMs ?? null,
    postgresLoopHeldMs: postgres?.loopHeldMs ?? null,
  }),
);

async function onPostgres(): Promise<Measured | null> {
  if (postgresRequirement.missing !== null) {
    console.error(`PostgreSQL is left out: ${postgresRequirement.missing}`);
    return null;
  }
  const server = await startPostgres();
  try {
    return await run('PostgreSQL', server.url);
  } finally {
    await server.close();
  }
}

async function run(name: string, url: string | null): Promise<Measured> {
  console.error(`${name}: ${held} messages are written`);
  const filled = await fillConsole(held, url);
  try {
    const table: Record<string, Times> = {};
    let listMs = 0;
    for (const question of await questionsOf(filled)) {
      const times = await measure(filled, question);
      table[`${question.kind}: ${question.name}`] = times;
      if (question.kind !== 'message') listMs = Math.max(listMs, times.medianMs);
    }
    if (!values.json) {
      console.log(`${name}, ${held} held, written in ${filled.filledInSeconds.toFixed(0)} s`);
      console.table(table);
    }
    const loopHeldMs = Math.max(...Object.values(table).map((times) => times.loopHeldMs));
    return { table, listMs, loopHeldMs };
  } finally {
    await filled.close();
  }
}
