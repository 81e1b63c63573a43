import '../../no-telemetry.ts';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { CATEGORIES, type Category, type VerdictCategory } from '../category.ts';
import { featureWords } from '../features/words.ts';
import type { Finding, NotRun } from '../finding.ts';
import type { ModelInput, ModelOpinion } from '../model.ts';
import type { Card } from './card.ts';
import { grams } from './grams.ts';
import type { Explainer } from './tree-shap.ts';

/** What a loaded model judges with. */
export interface Parts {
  readonly card: Pick<Card, 'name' | 'version' | 'textSlope' | 'calibration' | 'unfamiliar' | 'fusion'>;
  /** Features in the order of the schema; the text model's logit follows them. */
  readonly names: readonly string[];
  readonly text: Pick<InferenceSession, 'run'>;
  readonly trees: Pick<InferenceSession, 'run'>;
  readonly explainer: Explainer;
}

type Categories = Readonly<Record<Category, number>>;

/** Contributions below this (logit units: 1 % of probability at most) go into one finding: nobody reads eighty lines. */
const LEAST_WEIGHT = 0.05;

/** trees.onnx sums in single precision; a larger difference means that the files are not of one training. */
const CLOSE = 1e-3;

/** The opinion of the model, or why there is none. Never throws. */
export async function judge(input: ModelInput, parts: Parts): Promise<ModelOpinion | NotRun> {
  try {
    return await opinion(input, parts);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const { name, version } = parts.card;
    return { what: `model:${name}@${version}`, reason: 'error', detail, outcome: 'open' };
  }
}

async function opinion(input: ModelInput, parts: Parts): Promise<ModelOpinion> {
  if (input.features.length !== parts.names.length) {
    throw new Error(`got ${input.features.length} features, ${parts.names.length} are wanted`);
  }
  const wording = await readText(input, parts);
  const row = new Float32Array(parts.names.length + 1);
  row.set(input.features);
  row[parts.names.length] = wording.logit;
  const score = await scoreOf(row, parts);
  const contributions = parts.explainer.contributions(row);
  const sum = contributions.reduce((total, one) => total + one, parts.explainer.expected);
  if (!(Math.abs(sum - score) <= CLOSE))
    throw new Error(`the trees give ${score}, their contributions ${sum}`);
  const { a, b } = parts.card.calibration;
  const whole = sum + parts.card.textSlope * wording.logit;
  const caution = -a * uncertain(wording.strangeness, parts) * (whole - parts.card.unfamiliar.centre);
  const weights = contributions.map((one) => a * one);
  weights[parts.names.length] = a * ((contributions.at(-1) ?? 0) + parts.card.textSlope * wording.logit);
  return {
    bias: a * parts.explainer.expected + b,
    findings: findings(weights, caution, wording.categories, input, parts),
    categories: wording.categories,
    ...(parts.card.fusion === undefined ? {} : { fusion: parts.card.fusion }),
  };
}

/** Which share of what the score differs from the centre by is not believed: 0 for wording as in training. */
function uncertain(strangeness: number, { card: { unfamiliar } }: Parts): number {
  const less = unfamiliar.slope * (strangeness - unfamiliar.from);
  return Math.min(Math.max(less, 0), 1 - unfamiliar.least);
}

interface Wording {
  readonly logit: number;
  readonly categories: Categories;
  /** Mean rarity, in training mail, of the grams. */
  readonly strangeness: number;
}

async function readText(input: ModelInput, parts: Parts): Promise<Wording> {
  const ids = grams(input.message);
  const output = await parts.text.run({ ids: new Tensor('int32', ids, [ids.length]) });
  const logit = numbers(output.logit)[0] ?? Number.NaN;
  const strangeness = numbers(output.strangeness)[0] ?? Number.NaN;
  if (!Number.isFinite(logit) || !Number.isFinite(strangeness))
    throw new Error('the text model gave a number that is not finite');
  return { logit, strangeness, categories: softmax(numbers(output.categories)) };
}

async function scoreOf(row: Float32Array, parts: Parts): Promise<number> {
  const output = await parts.trees.run({ features: new Tensor('float32', row, [1, row.length]) });
  const score = numbers(output.score)[0] ?? Number.NaN;
  if (!Number.isFinite(score)) throw new Error('the trees gave a number that is not finite');
  return score;
}

function numbers(tensor: Tensor | undefined): Float32Array {
  if (tensor?.data instanceof Float32Array) return tensor.data;
  throw new Error('a graph gave something else than float32');
}

function softmax(logits: Float32Array): Categories {
  if (logits.length !== CATEGORIES.length) throw new Error(`the text model gave ${logits.length} categories`);
  const most = Math.max(...logits);
  const odds = Array.from(logits, (logit) => Math.exp(logit - most));
  const total = odds.reduce((sum, one) => sum + one, 0);
  if (!Number.isFinite(total)) throw new Error('the text model gave a category that is not finite');
  return Object.fromEntries(CATEGORIES.map((category, i) => [category, (odds[i] ?? 0) / total])) as Record<
    Category,
    number
  >;
}

function findings(
  weights: Float64Array,
  caution: number,
  categories: Categories,
  input: ModelInput,
  parts: Parts,
): Finding[] {
  const top = CATEGORIES.reduce((best, category) =>
    categories[category] > categories[best] ? category : best,
  );
  const shown: Finding[] = [];
  let rest = 0;
  if (Math.abs(caution) < LEAST_WEIGHT) rest += caution;
  else shown.push(unfamiliar(parts, caution, top));
  for (const [column, weight] of weights.entries()) {
    if (Math.abs(weight) < LEAST_WEIGHT) rest += weight;
    else shown.push(finding(parts, column, weight, top, input));
  }
  return rest === 0 ? shown : [...shown, other(parts, rest, top)];
}

function finding(parts: Parts, column: number, weight: number, top: Category, input: ModelInput): Finding {
  const name = parts.names[column];
  const raises = weight > 0;
  return {
    detector: `model:${parts.card.name}:${name ?? 'text'}`,
    category: raises ? top : 'none',
    weight,
    status: 'active',
    words: name === undefined ? textWords(raises, top) : featureWords(name, input.evidence),
  };
}

/** What unlike wording takes from the certainty, toward either side. */
function unfamiliar(parts: Parts, weight: number, top: Category): Finding {
  return {
    detector: `model:${parts.card.name}:unfamiliar`,
    category: weight > 0 ? top : 'none',
    weight,
    status: 'active',
    words: 'The wording is unlike the mail that the model knows, so it is less sure',
  };
}

function other(parts: Parts, weight: number, top: VerdictCategory): Finding {
  return {
    detector: `model:${parts.card.name}:other`,
    category: weight > 0 ? top : 'none',
    weight,
    status: 'active',
    words: 'Other signs, each of them small',
  };
}

const CATEGORY_WORDS: Readonly<Record<Category, string>> = {
  credential_phishing: 'mail that steals passwords',
  bec: 'mail that poses as a colleague to get money',
  invoice_fraud: 'invoice fraud',
  callback_phishing: 'mail that wants to be called back',
  extortion: 'extortion',
  scam: 'a scam',
  malware: 'mail that carries malware',
  spam: 'spam',
};

function textWords(raises: boolean, top: Category): string {
  return raises
    ? `The wording is like that of ${CATEGORY_WORDS[top]}`
    : 'The wording is like that of legitimate mail';
}
