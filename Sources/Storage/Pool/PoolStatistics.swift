/// A moment's view of a database's connections.
public struct PoolStatistics: Sendable, Equatable {
    /// Connected, leased or idle.
    public let open: Int
    public let leased: Int
    public let idle: Int
    /// Being connected.
    public let opening: Int
    /// Callers that wait for a connection.
    public let waiting: Int
    /// Leases since the start.
    public let acquiredTotal: Int
    /// Callers that waited in vain since the start.
    public let timedOutTotal: Int

    init(_ state: PoolState) {
        open = state.openCount
        leased = state.leasedCount
        idle = state.idleCount
        opening = state.openingCount
        waiting = state.waitingCount
        acquiredTotal = state.acquiredTotal
        timedOutTotal = state.timedOutTotal
    }
}
