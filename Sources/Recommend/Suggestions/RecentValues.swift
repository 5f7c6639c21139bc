/// Values by key, roughly the most recently used: they are kept in two halves, and when the younger is full, what was not
/// used since the last time leaves with the older. Every operation is O(1).
struct RecentValues<Key: Hashable, Value> {
    let countMax: Int
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]

    /// - Parameter countMax: at least 2.
    init(countMax: Int) {
        precondition(countMax >= 2, "a half needs room for one value")
        self.countMax = countMax
    }

    var count: Int { young.count + old.count }

    /// The value, which counts as used now; nil where it is not kept.
    mutating func use(_ key: Key) -> Value? {
        if let value = young[key] { return value }
        guard let value = old[key] else { return nil }
        insert(value, for: key)
        return value
    }

    mutating func insert(_ value: Value, for key: Key) {
        old[key] = nil
        if young[key] == nil, young.count >= countMax / 2 {
            old = young
            young.removeAll(keepingCapacity: false)
        }
        young[key] = value
    }
}
