import Synchronization

/// A count that many tasks add to.
final class Counter: Sendable {
    private let atomic = Atomic(0)

    var count: Int { atomic.load(ordering: .relaxed) }

    func add() { atomic.add(1, ordering: .relaxed) }
}

/// Raised once.
final class Flag: Sendable {
    private let atomic = Atomic(false)

    var isRaised: Bool { atomic.load(ordering: .relaxed) }

    func raise() { atomic.store(true, ordering: .relaxed) }
}
