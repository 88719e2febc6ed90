/** A rule for a name and what is below it as that name, as people give it. */
export const plainName = (rule: string): string => /^\|\|([^*^]+)\^$/.exec(rule)?.[1] ?? rule;
