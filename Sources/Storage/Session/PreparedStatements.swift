/// Which statements a session has prepared on the server, at most `countMax`; the one unused longest goes first.
///
/// A text is prepared when it comes the second time: a statement that runs once costs no second round trip and leaves
/// nothing behind on the server.
struct PreparedStatements {
    struct Key: Hashable {
        let sql: String
        let types: [UInt32]
    }

    enum Plan: Equatable {
        /// Run it without a name.
        case direct
        /// Prepare it under this name, then run it.
        case prepare(name: String)
        case execute(name: String)
    }

    private struct Entry {
        var name: String?
        var layout: ColumnLayout?
        var lastUse: UInt64
    }

    private let countMax: Int
    private var entries: [Key: Entry] = [:]
    private var uses: UInt64 = 0
    private var namesGiven: UInt64 = 0
    /// Names to give back to the server when it is convenient.
    private var evicted: [String] = []

    init(countMax: Int) { self.countMax = countMax }

    var count: Int { entries.values.count { $0.name != nil } }

    /// What to do with a statement that is about to run.
    /// - Parameter willRepeat: prepares at once.
    mutating func plan(for key: Key, willRepeat: Bool = false) -> Plan {
        guard countMax > 0 else { return .direct }
        uses += 1
        guard var entry = entries[key] else {
            if entries.count >= countMax { evictOne() }
            entries[key] = Entry(lastUse: uses)
            return willRepeat ? .prepare(name: giveName()) : .direct
        }
        entry.lastUse = uses
        entries[key] = entry
        return entry.name.map { .execute(name: $0) } ?? .prepare(name: giveName())
    }

    mutating func didPrepare(_ key: Key, name: String) { entries[key]?.name = name }

    /// The columns of the statement's results; made anew when the tables have changed.
    mutating func layout(for key: Key, of result: ResultHandle) -> ColumnLayout {
        if let layout = entries[key]?.layout, layout.describes(result) { return layout }
        let layout = ColumnLayout(of: result)
        entries[key]?.layout = layout
        return layout
    }

    /// The statement's plan is of no use any more.
    mutating func forget(_ key: Key) {
        if let name = entries.removeValue(forKey: key)?.name { evicted.append(name) }
    }

    /// The server has forgotten them all, or nobody knows which are there; their names are not used again.
    mutating func forgetAll() {
        entries = [:]
        evicted = []
    }

    /// The names to deallocate, each handed out once.
    mutating func takeEvicted() -> [String] {
        defer { evicted = [] }
        return evicted
    }

    private mutating func giveName() -> String {
        namesGiven += 1
        return "s\(namesGiven)"
    }

    /// O(countMax), and only for a text that was not seen before.
    private mutating func evictOne() {
        guard let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })?.key else { return }
        forget(oldest)
    }
}
