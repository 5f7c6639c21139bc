import Catalog
import Foundation
import Logging
import ServiceLifecycle
import Storage
import Synchronization

/// Wakes the followers of the change log: one LISTEN connection for all collections of this instance.
///
/// A notification may be lost with its connection, so a waiter also wakes when the connection comes back, and after its
/// time at the latest.
final class ChangeSignal: Service, Sendable {
    private struct State {
        /// How often each collection was announced; `all` counts for every collection.
        var counts: [CollectionName: Int] = [:]
        var all = 0
        var waiters: [UUID: Waiter] = [:]
    }

    private struct Waiter {
        let collection: CollectionName
        let continuation: CheckedContinuation<Void, Never>
    }

    private let database: Database
    private let state = Mutex(State())
    /// What each collection's follower has been told of so far.
    private let seen = Mutex<[CollectionName: Int]>([:])

    init(database: Database) { self.database = database }

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            for await event in database.notifications(channel: ChangeLog.channel) {
                switch event {
                case .notification(let payload): announce(CollectionName(rawValue: payload))
                case .listening, .reconnected, .overflowed: announce(nil)
                }
            }
        }
    }

    /// Returns when the collection changed since the last call for it, or after `timeoutSeconds`.
    /// One follower per collection may wait.
    func wait(for collection: CollectionName, timeoutSeconds: Double) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [self] in await waitForAnnouncement(of: collection) }
            group.addTask { try await Task.sleep(for: .seconds(timeoutSeconds)) }
            defer { group.cancelAll() }
            try await group.next()
        }
        try Task.checkCancellation()
    }

    private func waitForAnnouncement(of collection: CollectionName) async {
        let id = UUID()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    let count = state.all + state.counts[collection, default: 0]
                    let isNews = seen.withLock { seen in
                        defer { seen[collection] = count }
                        return seen[collection, default: 0] != count
                    }
                    if isNews || Task.isCancelled { return true }
                    state.waiters[id] = Waiter(collection: collection, continuation: continuation)
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume()
        }
    }

    /// - Parameter collection: nil for all of them.
    private func announce(_ collection: CollectionName?) {
        let woken = state.withLock { state in
            if let collection { state.counts[collection, default: 0] += 1 } else { state.all += 1 }
            let due = state.waiters.filter { collection == nil || $0.value.collection == collection }
            for (id, waiter) in due {
                state.waiters[id] = nil
                let count = state.all + state.counts[waiter.collection, default: 0]
                seen.withLock { $0[waiter.collection] = count }
            }
            return due.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }
}
