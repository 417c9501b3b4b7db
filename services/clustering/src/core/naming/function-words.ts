const listed = (words: string) => words.trim().split(/\s+/);

/**
 * Words that name nothing wherever they are frequent: the small words of English, of which some kinds of text have many
 * more than others, and the parts of addresses. Of other languages the corpus tells its own common words.
 */
export const functionWords: ReadonlySet<string> = new Set(
  listed(`about above after again all also although always among and any are aren because been before behind being below
    between both but came can cannot com could couldn did didn does doesn doing don done down during each either else even ever
    every few for from get gets getting give given gives giving goes going gone got had hadn has hasn have haven having
    her here hers herself him himself his how however http https if in into is isn it its itself just least less let like ll made make
    makes making many may me might mine more most much must my myself neither never no nor not now of off often on
    once one only onto or org other others our ours ourselves out over own per perhaps quite rather re really said same say says
    shall shan she should shouldn since so some such than that the their theirs them themselves then there thereby therefore
    thereof these they this those though through throughout thus to together too under until up upon us use used uses using ve
    very via was wasn we went were weren what when where whereas wherever whether which while who whom whose why will with
    within without won would wouldn www yes yet you your yours yourself yourselves`),
);
