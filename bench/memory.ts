import { type DetectionFigures, measureDetection } from './memory/detection.ts';
import { measureSpeed } from './memory/speed.ts';
import { measureYear } from './memory/year.ts';

/**
 * What the memory is worth and what it costs (aims: a hit below 50 µs, a miss of SQLite below 1 ms, twice the recall of a detector without
 * memory). The invented company of test/company is judged with and without; then lookups are timed, then a year is counted.
 * `--json` ends with one line of JSON, `--rules` judges by rules alone.
 */
const detection = await measureDetection(process.argv.includes('--rules'));
const speed = await measureSpeed(detection.asked);
const year = await measureYear();
const { on, off } = detection;

if (!process.argv.includes('--json')) {
  console.log(
    `${detection.model ?? 'rules alone'}: ${on.legitimate} legitimate messages, ${on.attacks} attacks`,
  );
  console.table({ 'with memory': row(on), 'without memory': row(off) });
  console.table(
    Object.fromEntries(
      Object.entries(on.byWay).map(([way, figures]) => [
        way,
        { ...figures, withoutMemory: off.byWay[way]?.aboveThreshold },
      ]),
    ),
  );
  console.log('false positives with memory, by kind of message:', on.falseByStory);
  console.table({
    hit: speed.hit,
    'SQLite miss': speed.sqliteMiss,
    ...(speed.redis !== null && { Redis: speed.redis }),
  });
  console.log(year);
}
console.log(
  JSON.stringify({
    model: detection.model,
    recallOn: on.recall.value,
    recallOff: off.recall.value,
    aucOn: on.auc.value,
    aucOff: off.auc.value,
    hitUs: speed.hit.median,
    sqliteMissUs: speed.sqliteMiss.median,
    redisUs: speed.redis?.median ?? null,
    on,
    off,
    speed,
    year,
  }),
);

function row(figures: DetectionFigures): Record<string, string> {
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  const limits = ({ value, low, high }: DetectionFigures['recall']) =>
    `${percent(value)} (${percent(low)} to ${percent(high)})`;
  return {
    'recall at 0.1 %': limits(figures.recall),
    AUC: `${figures.auc.value.toFixed(3)} (${figures.auc.low.toFixed(3)} to ${figures.auc.high.toFixed(3)})`,
    'tagged or held': limits(figures.caught),
    'false positives': limits(figures.falsePositives),
    held: limits(figures.held),
    'falsely held': limits(figures.falselyHeld),
  };
}
