import Catalog
import Foundation
import Logging
import ServiceLifecycle
import Storage
import Synchronization

/// Wakes the followers of the change log and whoever minds the models: one LISTEN connection for all of this instance.
///
/// A notification may be lost with its connection, so a waiter also wakes when the connection comes back, and after its
/// time at the latest.
final class ChangeSignal: Service, Sendable {
    /// What is announced.
    enum Topic: Sendable, Hashable {
        case collection(CollectionName)
        /// Which models collections maintain and serve.
        case models

        fileprivate init?(payload: String) {
            if payload == ModelRegistry.announcement {
                self = .models
            } else if let name = CollectionName(rawValue: payload) {
                self = .collection(name)
            } else {
                return nil
            }
        }
    }

    /// Somebody who waits for a topic again and again, and has been told of it so often.
    final class Listener: Sendable {
        fileprivate let topic: Topic
        fileprivate let seen = Mutex(0)

        init(_ topic: Topic) { self.topic = topic }
    }

    private struct State {
        /// How often each topic was announced; `all` counts for every topic.
        var counts: [Topic: Int] = [:]
        var all = 0
        var waiters: [UUID: Waiter] = [:]
    }

    private struct Waiter {
        let listener: Listener
        let continuation: CheckedContinuation<Void, Never>
    }

    private let database: Database
    private let state = Mutex(State())

    init(database: Database) { self.database = database }

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            for await event in database.notifications(channel: ChangeLog.channel) {
                switch event {
                case .notification(let payload): announce(Topic(payload: payload))
                case .listening, .reconnected, .overflowed: announce(nil)
                }
            }
        }
    }

    /// Returns when the topic was announced since the listener's last call, or after `timeoutSeconds`.
    func wait(_ listener: Listener, timeoutSeconds: Double) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [self] in await waitForAnnouncement(listener) }
            group.addTask { try await Task.sleep(for: .seconds(timeoutSeconds)) }
            defer { group.cancelAll() }
            try await group.next()
        }
        try Task.checkCancellation()
    }

    private func waitForAnnouncement(_ listener: Listener) async {
        let id = UUID()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    let count = state.all + state.counts[listener.topic, default: 0]
                    let isNews = listener.seen.withLock { seen in
                        defer { seen = count }
                        return seen != count
                    }
                    if isNews || Task.isCancelled { return true }
                    state.waiters[id] = Waiter(listener: listener, continuation: continuation)
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume()
        }
    }

    /// - Parameter topic: nil for all of them.
    private func announce(_ topic: Topic?) {
        let woken = state.withLock { state in
            if let topic { state.counts[topic, default: 0] += 1 } else { state.all += 1 }
            let due = state.waiters.filter { topic == nil || $0.value.listener.topic == topic }
            for (id, waiter) in due {
                state.waiters[id] = nil
                let count = state.all + state.counts[waiter.listener.topic, default: 0]
                waiter.listener.seen.withLock { $0 = count }
            }
            return due.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }
}
