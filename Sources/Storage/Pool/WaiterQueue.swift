/// Who waits for a connection, in order of arrival. All wait equally long, so the order is that of their deadlines too.
struct WaiterQueue {
    typealias WaiterID = PoolState.WaiterID
    typealias Instant = PoolState.Instant

    private var deadlines: [WaiterID: Instant] = [:]
    /// May hold waiters that are gone, which are passed over; `first` is where the others begin.
    private var order: [WaiterID] = []
    private var first = 0

    var count: Int { deadlines.count }

    /// O(waiters that are gone), each of which is passed over once.
    var nextDeadline: Instant? {
        order[first...].lazy.compactMap { deadlines[$0] }.first
    }

    mutating func append(_ waiter: WaiterID, deadline: Instant, atFront: Bool) {
        precondition(deadlines.updateValue(deadline, forKey: waiter) == nil, "waiter \(waiter) waits already")
        if atFront { order.insert(waiter, at: first) } else { order.append(waiter) }
    }

    mutating func popFirst() -> WaiterID? {
        while first < order.count {
            let waiter = order[first]
            first += 1
            compact()
            if deadlines.removeValue(forKey: waiter) != nil { return waiter }
        }
        return nil
    }

    /// O(1); the place in the order is passed over later.
    mutating func remove(_ waiter: WaiterID) -> Bool {
        let isPresent = deadlines.removeValue(forKey: waiter) != nil
        if deadlines.isEmpty { forgetOrder() }
        return isPresent
    }

    mutating func removeAll() -> [WaiterID] {
        let all = order[first...].filter { deadlines[$0] != nil }
        deadlines = [:]
        forgetOrder()
        return all
    }

    mutating func removeExpired(now: Instant) -> [WaiterID] {
        var expired: [WaiterID] = []
        while let deadline = nextDeadline, deadline <= now, let waiter = popFirst() { expired.append(waiter) }
        return expired
    }

    private mutating func compact() {
        guard first > 32, first * 2 > order.count else { return }
        order.removeFirst(first)
        first = 0
    }

    private mutating func forgetOrder() {
        order = []
        first = 0
    }
}
