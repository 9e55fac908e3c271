extension ProtocolWords {
  /// The commands of memcached's text protocol, classic and meta.
  static let memcached = """
    get~
    gets~
    gat~
    gats~
    set~
    add~
    replace~
    append~
    prepend~
    cas~
    delete~
    incr~
    decr~
    touch~
    mg~
    ms~
    md~
    ma~
    mn
    me~
    noreply
    stats
    stats conns
    stats cachedump~
    stats detail dump
    stats detail off
    stats detail on
    stats extstore
    stats items
    stats proxy
    stats proxyfuncs
    stats reset
    stats settings
    stats sizes
    stats sizes_disable
    stats sizes_enable
    stats slabs
    flush_all
    flush_all~
    cache_memlimit~
    lru mode~
    lru mode flat
    lru mode segmented
    lru temp_ttl~
    lru tune~
    lru_crawler crawl~
    lru_crawler crawl all
    lru_crawler disable
    lru_crawler enable
    lru_crawler metadump~
    lru_crawler metadump all
    lru_crawler mgdump~
    lru_crawler mgdump all
    lru_crawler sleep~
    lru_crawler tocrawl~
    misbehave
    refresh_certs
    shutdown
    shutdown graceful
    slabs automove~
    slabs automove 0
    slabs automove 1
    slabs automove 2
    slabs reassign~
    verbosity~
    version
    watch~
    watch connevents
    watch deletions
    watch evictions
    watch fetchers
    watch mutations
    watch proxyreqs
    watch proxyevents
    watch rawcmds
    watch sysevents
    quit
    """
}
