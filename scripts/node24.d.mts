/** Types of the plain JavaScript beside it. */
export function node24Path(): string;
