import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { tellStory } from './story.ts';
import { type Step, StoryBroken } from './teller.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seed: { type: 'string', default: '7' },
    keep: { type: 'boolean', default: false },
  },
});

/** `npm run story`: the lab's loop on real components, with its figures. Exit 1 where it does not hold. */
const directory = await mkdtemp(join(tmpdir(), 'postern-story-'));
const began = performance.now();
const tell = ({ name, seconds, came }: Step) =>
  console.error(`${seconds.toFixed(1).padStart(6)} s  ${name}: ${came}`);
const secondsTotal = () => (performance.now() - began) / 1_000;
try {
  const outcome = await tellStory({ directory, seed: Number(values.seed), tell });
  const line = { holds: true, ...outcome, secondsTotal: secondsTotal() };
  console.log(values.json ? JSON.stringify(line) : `the story holds (${line.secondsTotal.toFixed(0)} s)`);
} catch (error) {
  if (!(error instanceof StoryBroken)) throw error;
  process.exitCode = 1;
  const line = { holds: false, brokenAt: error.step, why: error.message, secondsTotal: secondsTotal() };
  console.log(values.json ? JSON.stringify(line) : `the story does not hold: ${error.message}`);
} finally {
  if (values.keep) console.error(`kept: ${directory}`);
  else await rm(directory, { recursive: true, force: true });
}
