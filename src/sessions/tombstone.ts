/** How long an ended session's key keeps its reason; requests that were under way when it ended are over by then. */
export const tombstoneMs = 60_000;
