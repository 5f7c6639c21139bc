import Foundation

/// The bounded first-in-first-out queue that a pool's threads take their jobs from.
///
/// `@unchecked Sendable`: every stored property is read and written only between `lock()` and `unlock()` of `condition`.
final class JobQueue: @unchecked Sendable {
    enum Refusal { case full, stopped }

    private struct Entry {
        let run: @Sendable () -> Void
        let cancel: @Sendable () -> Void
    }

    private let depthMax: Int
    private let condition = NSCondition()
    private var waiting: [Entry] = []
    /// Entries before this index are taken: popping is O(1), the array is compacted when half of it is gone.
    private var first = 0
    private var stopped = false

    init(depthMax: Int) { self.depthMax = depthMax }

    var depth: Int {
        condition.lock()
        defer { condition.unlock() }
        return waiting.count - first
    }

    /// Appends a job, or says why not. Exactly one of `run` and `cancel` is called for a job taken.
    func submit(_ run: @escaping @Sendable () -> Void, cancel: @escaping @Sendable () -> Void) -> Refusal? {
        condition.lock()
        defer { condition.unlock() }
        if stopped { return .stopped }
        if waiting.count - first >= depthMax { return .full }
        waiting.append(Entry(run: run, cancel: cancel))
        condition.signal()
        return nil
    }

    /// The body of a pool's thread.
    func runUntilStopped() {
        while let entry = next() { entry.run() }
    }

    func stop() {
        condition.lock()
        stopped = true
        let abandoned = waiting[first...]
        waiting = []
        first = 0
        condition.broadcast()
        condition.unlock()
        for entry in abandoned { entry.cancel() }
    }

    private func next() -> Entry? {
        condition.lock()
        defer { condition.unlock() }
        while waiting.count == first && !stopped { condition.wait() }
        if stopped { return nil }
        let entry = waiting[first]
        first += 1
        if first * 2 > waiting.count {
            waiting.removeFirst(first)
            first = 0
        }
        return entry
    }
}
