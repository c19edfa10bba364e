/** Which applications the lab gives advice for, and what each of them needs. */
import type { Feature } from './facts.ts';

/** What decides between schemes that have all that is needed. */
export type Criterion = Feature | 'cpu' | 'memory';

export interface Application {
  readonly id: ApplicationId;
  readonly by: 'size' | 'application';
  /** Without one of these a scheme is out. */
  readonly requires: readonly Feature[];
  /** The most important first: the next is looked at only when those before leave more than one. */
  readonly weighs: readonly Criterion[];
}

export type ApplicationId =
  | 'small'
  | 'medium-to-large'
  | 'api-service'
  | 'few-servers'
  | 'shop'
  | 'mobile-api'
  | 'single-page'
  | 'microservices'
  | 'high-security';

const cost: readonly Criterion[] = ['cpu', 'memory'];

export const applications: readonly Application[] = [
  // Nothing to run beside the application, and a deployment that logs nobody out.
  { id: 'small', by: 'size', requires: ['dependsOnService'], weighs: ['survivesRestart', 'logout', ...cost] },
  {
    id: 'medium-to-large',
    by: 'size',
    requires: ['shared', 'survivesServerLoss', 'survivesRestart', 'scalesOut', 'logout'],
    weighs: cost,
  },
  {
    id: 'api-service',
    by: 'size',
    requires: ['shared', 'survivesRestart', 'scalesOut'],
    weighs: ['dependsOnService', ...cost],
  },
  { id: 'few-servers', by: 'application', requires: [], weighs: ['dependsOnService', ...cost] },
  { id: 'shop', by: 'application', requires: ['shared', 'survivesServerLoss', 'logout'], weighs: cost },
  {
    id: 'mobile-api',
    by: 'application',
    requires: ['shared', 'survivesServerLoss', 'survivesRestart'],
    weighs: ['dependsOnService', ...cost],
  },
  { id: 'single-page', by: 'application', requires: ['shared', 'survivesRestart', 'logout'], weighs: cost },
  {
    id: 'microservices',
    by: 'application',
    requires: ['shared', 'scalesOut', 'dependsOnService'],
    weighs: cost,
  },
  {
    id: 'high-security',
    by: 'application',
    requires: ['shared', 'logout', 'refusesInOutage'],
    weighs: ['survivesServerLoss', ...cost],
  },
];
