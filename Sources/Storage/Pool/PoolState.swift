/// What a pool knows and decides, as a value: events go in, actions come out, and time is what the caller says it is.
///
/// A connection is `opening`, then `idle` or `leased` in turn, and gone when it is closed. Invariants:
/// 1. There are never more than `size + overflow` connections, those being opened included.
/// 2. A connection is leased to one holder at most.
/// 3. While somebody waits, no connection is idle.
/// 4. Who waits is granted a connection, refused, or gave up: exactly one of them, in the order of arrival.
/// 5. Nothing waits beyond its deadline once `tick` has seen a later time.
struct PoolState {
    typealias ConnectionID = UInt64
    typealias WaiterID = UInt64
    typealias Instant = ContinuousClock.Instant

    struct Limits {
        var size: Int
        var overflow: Int
        var connectionsMin: Int
        var waitersMax: Int
        /// A connection older than this is closed when it is idle.
        var recycleAfter: Duration
        /// A connection idle for longer than this is asked for a sign of life before it is used; nil: never.
        var pingAfterIdle: Duration?
        var backoffMin: Duration = .milliseconds(100)
        var backoffMax: Duration = .seconds(2)

        var connectionsMax: Int { size + overflow }
    }

    enum Refusal: Equatable { case timeout, queueFull, openFailed, shutDown }

    enum Action: Equatable {
        case open(ConnectionID)
        case close(ConnectionID)
        case grant(WaiterID, ConnectionID, needsPing: Bool)
        case refuse(WaiterID, Refusal)
    }

    private enum Use: Equatable { case opening, idle(since: Instant), leased }

    private struct Connection {
        var use: Use
        var openedAt: Instant
    }

    let limits: Limits
    private var connections: [ConnectionID: Connection] = [:]
    /// The last is the one used last: the others grow old and are recycled.
    private var idle: [ConnectionID] = []
    private var waiters = WaiterQueue()
    private var lastConnectionID: ConnectionID = 0
    private var openFailures = 0
    private var opensAgainAt: Instant?
    private var keepsMinimum = false
    private(set) var isShutDown = false
    private(set) var leasedCount = 0
    private(set) var openingCount = 0
    private(set) var acquiredTotal = 0
    private(set) var timedOutTotal = 0

    init(limits: Limits) { self.limits = limits }

    var openCount: Int { connections.count - openingCount }
    var idleCount: Int { idle.count }
    var waitingCount: Int { waiters.count }
    var isDrained: Bool { isShutDown && connections.isEmpty }

    /// When `tick` has something to do next.
    var nextDeadline: Instant? {
        let retry = opensAgainAt.flatMap { wantsConnections ? $0 : nil }
        return [waiters.nextDeadline, retry].compactMap { $0 }.min()
    }

    // MARK: Events

    /// Somebody wants a connection.
    /// - Parameter isReturning: was granted one that turned out broken, and goes before the others.
    mutating func acquire(_ waiter: WaiterID, deadline: Instant, now: Instant, isReturning: Bool = false) -> [Action] {
        if isShutDown { return [.refuse(waiter, .shutDown)] }
        if deadline <= now {
            timedOutTotal += 1
            return [.refuse(waiter, .timeout)]
        }
        var actions: [Action] = []
        if waiters.count == 0 || isReturning {
            while let id = idle.popLast() {
                guard case .idle(let since)? = connections[id]?.use else {
                    preconditionFailure("idle \(id) is not idle")
                }
                if isTooOld(id, now: now) {
                    actions.append(remove(id))
                } else {
                    let needsPing = limits.pingAfterIdle.map { since.duration(to: now) > $0 } ?? false
                    return actions + [lease(id, to: waiter, needsPing: needsPing)]
                }
            }
        }
        guard waiters.count < limits.waitersMax || isReturning else { return actions + [.refuse(waiter, .queueFull)] }
        waiters.append(waiter, deadline: deadline, atFront: isReturning)
        return actions + openAsNeeded(now: now)
    }

    /// A connection that was asked for is there.
    mutating func opened(_ id: ConnectionID, now: Instant) -> [Action] {
        precondition(connections[id]?.use == .opening)
        openingCount -= 1
        openFailures = 0
        opensAgainAt = nil
        connections[id]?.openedAt = now
        return settle(id, now: now) + openAsNeeded(now: now)
    }

    /// A connection that was asked for could not be opened. With no other in use or on its way there is nothing to wait
    /// for, and whoever waits is told.
    /// - Parameter jitter: spreads the next attempt; 0 to 1.
    mutating func openFailed(_ id: ConnectionID, now: Instant, jitter: Double) -> [Action] {
        precondition(connections[id]?.use == .opening)
        openingCount -= 1
        connections[id] = nil
        openFailures += 1
        let delay = min(limits.backoffMin * (1 << min(openFailures - 1, 16)), limits.backoffMax)
        opensAgainAt = now.advanced(by: delay * (0.5 + jitter / 2))
        guard leasedCount == 0 && openingCount == 0 else { return [] }
        return waiters.removeAll().map { .refuse($0, .openFailed) }
    }

    /// A holder gives its connection back.
    /// - Parameter isReusable: false for one that is broken or in a transaction.
    mutating func release(_ id: ConnectionID, isReusable: Bool, now: Instant) -> [Action] {
        precondition(connections[id]?.use == .leased, "connection \(id) is not leased")
        leasedCount -= 1
        let actions = isReusable ? settle(id, now: now) : [remove(id)]
        return actions + openAsNeeded(now: now)
    }

    /// A connection broke. One that is leased is dealt with when it is given back.
    mutating func broke(_ id: ConnectionID, now: Instant) -> [Action] {
        guard case .idle? = connections[id]?.use, let index = idle.firstIndex(of: id) else { return [] }
        idle.remove(at: index)
        return [remove(id)] + openAsNeeded(now: now)
    }

    /// - Returns: whether the waiter was still waiting; it is told nothing then.
    mutating func abandon(_ waiter: WaiterID) -> Bool { waiters.remove(waiter) }

    /// Time has passed: refuses who waited too long, and tries again to open.
    mutating func tick(now: Instant) -> [Action] {
        let expired = waiters.removeExpired(now: now)
        timedOutTotal += expired.count
        return expired.map { .refuse($0, .timeout) } + openAsNeeded(now: now)
    }

    /// The regular housekeeping: from now on keeps the minimum open, and closes idle connections that are too old.
    mutating func maintain(now: Instant) -> [Action] {
        keepsMinimum = true
        let old = idle.filter { isTooOld($0, now: now) }
        idle.removeAll(where: old.contains)
        return old.map { remove($0) } + tick(now: now)
    }

    /// Refuses whoever waits and closes what is idle; leased connections are closed when they come back.
    mutating func shutDown() -> [Action] {
        isShutDown = true
        let refused = waiters.removeAll().map { Action.refuse($0, .shutDown) }
        let closed = idle.map { remove($0) }
        idle = []
        return refused + closed
    }

    // MARK: Decisions

    /// A connection that is free goes to the first who waits, to the idle ones, or away.
    private mutating func settle(_ id: ConnectionID, now: Instant) -> [Action] {
        if isShutDown || isTooOld(id, now: now) { return [remove(id)] }
        if let waiter = waiters.popFirst() { return [lease(id, to: waiter, needsPing: false)] }
        if connections.count > limits.size { return [remove(id)] }
        connections[id]?.use = .idle(since: now)
        idle.append(id)
        return []
    }

    private mutating func lease(_ id: ConnectionID, to waiter: WaiterID, needsPing: Bool) -> Action {
        connections[id]?.use = .leased
        leasedCount += 1
        acquiredTotal += 1
        return .grant(waiter, id, needsPing: needsPing)
    }

    private mutating func remove(_ id: ConnectionID) -> Action {
        connections[id] = nil
        return .close(id)
    }

    private func isTooOld(_ id: ConnectionID, now: Instant) -> Bool {
        guard let connection = connections[id] else { preconditionFailure("connection \(id) is gone") }
        return connection.openedAt.duration(to: now) > limits.recycleAfter
    }

    private var wantsConnections: Bool {
        !isShutDown && connections.count < limits.connectionsMax
            && (openingCount < waiters.count || keepsMinimum && connections.count < limits.connectionsMin)
    }

    /// One opening per waiter without one; after a failure one at a time and not before the backoff has passed.
    private mutating func openAsNeeded(now: Instant) -> [Action] {
        if let opensAgainAt, now < opensAgainAt { return [] }
        var actions: [Action] = []
        while wantsConnections && (openFailures == 0 || openingCount == 0) {
            lastConnectionID += 1
            connections[lastConnectionID] = Connection(use: .opening, openedAt: now)
            openingCount += 1
            actions.append(.open(lastConnectionID))
        }
        return actions
    }
}
