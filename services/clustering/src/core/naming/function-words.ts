const listed = (words: string) => words.trim().split(/\s+/);

/**
 * Words that name nothing wherever they are frequent: the small words of English and Chinese, of which some kinds of text have
 * many more than others, and the parts of addresses and markup. Of other languages the corpus tells its own common words.
 */
export const functionWords: ReadonlySet<string> = new Set([
  ...listed(`about above after again all also although always among and any are aren because been before behind being below
    between both but came can cannot com could couldn did didn does doesn doing don done down during each either else even ever
    every few for from get gets getting give given gives giving goes going gone got had hadn has hasn have haven having
    her here hers herself him himself his how however http https if in into is isn it its itself just least less let like ll made make
    makes making many may me might mine more most much must my myself neither never no nor not now of off often on
    once one only onto or org other others our ours ourselves out over own per perhaps quite rather re really said same say says
    shall shan she should shouldn since so some such than that the their theirs them themselves then there thereby therefore
    thereof these they this those though through throughout thus to together too under until up upon us use used uses using ve
    very via was wasn we went were weren what when where whereas wherever whether which while who whom whose why will with
    within without won would wouldn www yes yet you your yours yourself yourselves
    asked began felt knew know known look looked looking looks man men note notes replied seem seemed seems set sets stood think thought
    told took turned want wanted way yeah okay oh um please thanks mr mrs ms miss sir
    two three four five six seven eight nine ten hundred thousand twice
    amp href img nbsp src`),
  ...listed(`一个 一些 一種 一种 一個 一样 一直 一般 不同 不是 不过 不過 并且 並且 之前 之后 之後 之间 之間 也是 人们 人們 什么 什麼
    他们 他們 以及 以后 以後 以来 以來 仍然 但是 作为 作為 例如 使得 使用 其中 其他 其它 具有 包括 同时 同時 各种 各種 后来 後來 由于 由於 因为
    因此 因為 如果 如此 它们 它們 对于 對於 开始 開始 当时 當時 很多 得到 成为 成為 我们 我們 或者 所以 所有 所谓 所謂 方面 时候 時候 是否 曾经 曾經
    有些 有的 没有 沒有 此外 然后 然後 然而 现在 現在 用于 用於 由此 的话 的話 目前 直到 相当 相當 虽然 雖然 许多 許多 认为 認為 许多人 该书 起来
    起來 这个 这些 這個 這些 这样 這樣 这种 這種 进行 進行 通过 通過 通常 那么 那麼 那些 都是 部分 非常 需要 第一 第二 可以 可能 可能会 另外 另一 主要
    出现 出現 应当 應當 应该 應該`),
]);
