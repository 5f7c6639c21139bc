import Synchronization

/// How far a rewrite is, and whether it is still wanted.
public final class RewriteProgress: Sendable {
    private let done = Atomic<Int>(0)
    private let total = Atomic<Int>(0)
    private let cancelled = Atomic<Bool>(false)

    public init() {}

    /// Nodes linked, of how many; (0, 0) before the first.
    public var nodes: (done: Int, total: Int) { (done.load(ordering: .relaxed), total.load(ordering: .relaxed)) }

    /// The rewrite ends at its next step, without a result.
    public func cancel() { cancelled.store(true, ordering: .relaxed) }

    /// - Throws: `CancellationError` when it is not wanted any more.
    func advance(to done: Int, of total: Int) throws {
        self.done.store(done, ordering: .relaxed)
        self.total.store(total, ordering: .relaxed)
        if cancelled.load(ordering: .relaxed) { throw CancellationError() }
    }
}
