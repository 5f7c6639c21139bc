/// Values by key, of which the least recently used leave first when there are too many or they are too large, and each
/// leaves when its time is over. A pure value: the present time is given with each call.
///
/// Entries lie in one array and are linked by their places, newest to oldest; every operation is O(1) on average, and an
/// insertion that needs room removes as many entries as it takes.
struct RecencyStore<Key: Hashable, Value> {
    let countMax: Int
    let bytesMax: Int
    let lifetime: Duration

    private(set) var bytes = 0
    private(set) var evictions = 0
    private(set) var expirations = 0

    private struct Entry {
        var content: (key: Key, value: Value)?
        var bytes = 0
        var expiry = Duration.zero
        /// Neighbours in the order of use; in a free entry `older` is the next free one.
        var newer = -1
        var older = -1
    }

    private var places: [Key: Int] = [:]
    private var entries: [Entry] = []
    private var newest = -1
    private var oldest = -1
    private var firstFree = -1

    init(countMax: Int, bytesMax: Int, lifetime: Duration) {
        precondition(countMax > 0 && bytesMax > 0 && lifetime > .zero)
        self.countMax = countMax
        self.bytesMax = bytesMax
        self.lifetime = lifetime
    }

    var count: Int { places.count }

    /// The value, which becomes the most recently used, or nil. A value whose time is over is removed.
    mutating func use(_ key: Key, now: Duration) -> Value? {
        guard let place = places[key], let content = entries[place].content else { return nil }
        if entries[place].expiry <= now {
            remove(place)
            expirations += 1
            return nil
        }
        unlink(place)
        linkNewest(place)
        return content.value
    }

    /// The value without a trace of the question.
    func peek(_ key: Key, now: Duration) -> Value? {
        guard let place = places[key], entries[place].expiry > now else { return nil }
        return entries[place].content?.value
    }

    /// Stores a value as the most recently used. One that is larger than all room is not stored.
    mutating func insert(_ value: Value, for key: Key, bytes size: Int, now: Duration) {
        if let place = places[key] { remove(place) }
        guard size <= bytesMax else { return }
        while count >= countMax || bytes + size > bytesMax {
            if entries[oldest].expiry <= now { expirations += 1 } else { evictions += 1 }
            remove(oldest)
        }
        let place = takeFree()
        entries[place].content = (key, value)
        entries[place].bytes = size
        entries[place].expiry = now + lifetime
        places[key] = place
        bytes += size
        linkNewest(place)
    }

    mutating func removeAll() {
        self = RecencyStore(
            countMax: countMax, bytesMax: bytesMax, lifetime: lifetime, evictions: evictions, expirations: expirations)
    }

    private init(countMax: Int, bytesMax: Int, lifetime: Duration, evictions: Int, expirations: Int) {
        self.init(countMax: countMax, bytesMax: bytesMax, lifetime: lifetime)
        self.evictions = evictions
        self.expirations = expirations
    }

    /// Keys from the most to the least recently used.
    var keysByRecency: [Key] {
        var keys: [Key] = []
        var place = newest
        while place >= 0 {
            if let content = entries[place].content { keys.append(content.key) }
            place = entries[place].older
        }
        return keys
    }

    // MARK: Places

    private mutating func takeFree() -> Int {
        guard firstFree >= 0 else {
            entries.append(Entry())
            return entries.count - 1
        }
        let place = firstFree
        firstFree = entries[place].older
        return place
    }

    private mutating func remove(_ place: Int) {
        unlink(place)
        if let key = entries[place].content?.key { places[key] = nil }
        bytes -= entries[place].bytes
        entries[place] = Entry()
        entries[place].older = firstFree
        firstFree = place
    }

    private mutating func linkNewest(_ place: Int) {
        entries[place].newer = -1
        entries[place].older = newest
        if newest >= 0 { entries[newest].newer = place } else { oldest = place }
        newest = place
    }

    private mutating func unlink(_ place: Int) {
        let (newer, older) = (entries[place].newer, entries[place].older)
        if newer >= 0 { entries[newer].older = older } else { newest = older }
        if older >= 0 { entries[older].newer = newer } else { oldest = newer }
    }
}
