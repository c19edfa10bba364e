/** Whether a token can be taken back, and what a server does that cannot ask. */
export type RevocationMode = 'none' | 'deny-list, refuse' | 'deny-list, accept';
