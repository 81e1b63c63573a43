import { ERA_HALF_LIVES, LASTING } from './fold.ts';
import { LUA_FORMAT } from './redis-counters.ts';

/** Begins the error of a server that was filled under other terms; these follow. */
export const OTHER_TERMS = 'OTHERTERMS ';

/** Places of a packed value, counted from 1: era, first and last seen, what lasts, era of the burst, recent. */
const FIRST_LASTING = 4;
const BURST_ERA = FIRST_LASTING + LASTING.length;
const RECENT = BURST_ERA + 1;

/**
 * Adds a batch as `merge` does, to the last digit, and gives what holds now. A script runs alone and, once it writes, to its end; it
 * writes only when all is read and added, so an error leaves everything as it was.
 *
 * KEYS: terms, writer, then the entries. ARGV: terms, number of the batch, life of the writer's key and of an entry (ms),
 * then the entries' counters, packed. A writer numbers its batches upwards: one that was counted before, because its answer was lost
 * and it was sent again, changes nothing. Without entries it tells whether the terms are the same.
 */
export const ADD = `
local terms = redis.call('GET', KEYS[1])
if terms and terms ~= ARGV[1] then return redis.error_reply('${OTHER_TERMS}' .. terms) end
local counted = tonumber(redis.call('GET', KEYS[2]) or '0') >= tonumber(ARGV[2])

local function merged(a, b)
  local x, y = {struct.unpack('${LUA_FORMAT}', a)}, {struct.unpack('${LUA_FORMAT}', b)}
  local era = math.max(x[1], y[1])
  local ofX, ofY = 2 ^ ((x[1] - era) * ${ERA_HALF_LIVES}), 2 ^ ((y[1] - era) * ${ERA_HALF_LIVES})
  local sum = {era, math.min(x[2], y[2]), math.max(x[3], y[3])}
  for i = ${FIRST_LASTING}, ${BURST_ERA - 1} do sum[i] = x[i] * ofX + y[i] * ofY end
  local burstEra = math.max(x[${BURST_ERA}], y[${BURST_ERA}])
  sum[${BURST_ERA}] = burstEra
  sum[${RECENT}] = x[${RECENT}] * 2 ^ ((x[${BURST_ERA}] - burstEra) * ${ERA_HALF_LIVES})
    + y[${RECENT}] * 2 ^ ((y[${BURST_ERA}] - burstEra) * ${ERA_HALF_LIVES})
  return struct.pack('${LUA_FORMAT}', unpack(sum))
end

local after = {}
for i = 3, #KEYS do
  local before = redis.call('GET', KEYS[i])
  if counted then after[i - 2] = before or ''
  elseif before then after[i - 2] = merged(before, ARGV[i + 2])
  else after[i - 2] = ARGV[i + 2] end
end
if not terms then redis.call('SET', KEYS[1], ARGV[1]) end
if not counted then
  for i = 3, #KEYS do redis.call('SET', KEYS[i], after[i - 2], 'PX', ARGV[4]) end
  redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
end
return after
`;

/** Deletes those KEYS that still have the value in ARGV: what was observed meanwhile is not lost. Gives how many. */
export const DROP_UNCHANGED = `
local dropped = 0
for i, key in ipairs(KEYS) do
  if redis.call('GET', key) == ARGV[i] then dropped = dropped + redis.call('UNLINK', key) end
end
return dropped
`;
