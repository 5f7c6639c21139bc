import Logging
import Synchronization

/// What all sessions of a database share.
struct SessionEnvironment: Sendable {
    let configuration: DatabaseConfiguration
    let loop: EventLoopThread
    let resolver: BlockingThread
    let canceller: BlockingThread
    let metrics: DatabaseMetrics
    let logger: Logger

    init(configuration: DatabaseConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        loop = EventLoopThread(name: "postgres")
        resolver = BlockingThread(name: "postgres-names", queueDepthMax: 256)
        canceller = BlockingThread(name: "postgres-cancel", queueDepthMax: 256)
        metrics = DatabaseMetrics()
    }
}

/// What others than the session's own thread may see of it.
final class SessionStatus: Sendable {
    enum State: UInt8, AtomicRepresentable {
        case connecting, idle, busy, inTransaction, broken
    }

    private let state = Atomic<State>(.connecting)
    /// The number of the lease that may use the session; 0 is none.
    private let lease = Atomic<UInt64>(0)

    var current: State { state.load(ordering: .acquiring) }
    func set(_ new: State) { state.store(new, ordering: .releasing) }

    var currentLease: UInt64 { lease.load(ordering: .acquiring) }

    func beginLease(_ number: UInt64) {
        let previous = lease.exchange(number, ordering: .acquiringAndReleasing)
        precondition(previous == 0, "a session was leased twice")
    }

    /// - Returns: whether the session can serve another lease: it is idle, outside of a transaction and not broken.
    func endLease(_ number: UInt64) -> Bool {
        let (exchanged, _) = lease.compareExchange(
            expected: number, desired: 0, ordering: .acquiringAndReleasing)
        precondition(exchanged, "a lease ended twice")
        return current == .idle
    }
}
