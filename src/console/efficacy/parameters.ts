import { z } from 'zod';
import { CATEGORIES } from '../../detect/category.ts';
import { CASE_STATES } from '../../lab/cases/case.ts';
import { MOST_DAYS } from './ledger-desk.ts';

const emptyIsNull = (value: unknown) => (value === '' || value === undefined ? null : value);

/** Parameters that the pages and the API share. */
export const efficacyParameters = z.object({
  days: z.coerce.number().int().min(1).max(MOST_DAYS).default(30),
  domain: z.preprocess(emptyIsNull, z.string().trim().toLowerCase().max(255).nullable()),
});
export const mistakenParameters = efficacyParameters.extend({
  category: z.preprocess(emptyIsNull, z.enum(CATEGORIES).nullable()),
  before: z.preprocess(emptyIsNull, z.string().max(40).nullable()),
});
/** Null: all that are not closed. */
export const caseState = z.preprocess(emptyIsNull, z.enum([...CASE_STATES, 'all']).nullable());
