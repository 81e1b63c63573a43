/** What a feature says where it is there ("#" stands for how many), where it is not, and where there is just one. */
export type PlainWords = readonly [there: string, absent: string, one?: string];

export type PlainTable = Readonly<Record<string, PlainWords>>;
