import type { Role } from '../principal.ts';

export type AreaName = 'now' | 'held' | 'efficacy' | 'whatIf' | 'detectors' | 'own' | 'trail' | 'access';

/** The pages of the navigation, and the least role that sees them; `most` is a role from which on another page is the right one. */
export const AREAS: readonly {
  readonly name: AreaName;
  readonly path: string;
  readonly least: Role;
  readonly most?: Role;
}[] = [
  { name: 'now', path: '/', least: 'viewer' },
  { name: 'held', path: '/held', least: 'viewer' },
  { name: 'efficacy', path: '/efficacy', least: 'viewer' },
  { name: 'whatIf', path: '/what-if', least: 'analyst' },
  { name: 'detectors', path: '/detectors', least: 'viewer' },
  { name: 'own', path: '/own', least: 'recipient', most: 'viewer' },
  { name: 'trail', path: '/trail', least: 'analyst' },
  { name: 'access', path: '/access', least: 'admin' },
];
