import Logging
import Synchronization

/// What a listener learns.
public enum NotificationEvent: Sendable, Equatable {
    /// The channel is listened to for the first time: what is read from now on misses nothing.
    case listening
    case notification(payload: String)
    /// The connection was lost and is replaced. Some may have been missed: read the present state anew.
    case reconnected
    /// More than 1,000 notifications waited to be taken and were dropped: read the present state anew.
    case overflowed
}

/// The notifications of one channel, in order, for as long as the consuming task runs and the database is not shut down.
///
/// Each iterator has a connection of its own, outside of the pool. A lost connection is replaced, with a backoff of at
/// most five seconds; one that stays quiet is asked for a sign of life every thirty.
public struct Notifications: AsyncSequence, Sendable {
    public typealias Element = NotificationEvent
    public typealias Failure = Never

    let channel: String
    let environment: SessionEnvironment
    let registry: ListenerRegistry

    public func makeAsyncIterator() -> Iterator {
        Iterator(listener: Listener(channel: channel, environment: environment, registry: registry))
    }

    public struct Iterator: AsyncIteratorProtocol {
        let listener: Listener

        /// nil when the task was cancelled or the database shut down.
        public mutating func next() async -> NotificationEvent? { await listener.next() }

        /// As `next()`, in the caller's isolation.
        public mutating func next(isolation actor: isolated (any Actor)?) async -> NotificationEvent? {
            await listener.next()
        }
    }
}

/// The connection behind an iterator. An iterator is used by one task at a time, so this is too.
final class Listener {
    private static let backoffMillisecondsMin = 100
    private static let backoffMillisecondsMax = 5_000
    private static let quietSecondsMax = 30
    private static let lease: UInt64 = 1

    private let channel: String
    private let environment: SessionEnvironment
    private let registry: ListenerRegistry
    private var session: PostgresSession?
    private var hasListened = false
    private var failures = 0

    init(channel: String, environment: SessionEnvironment, registry: ListenerRegistry) {
        precondition(channel.utf8.count <= Identifier.lengthMaxBytes, "a channel's name has at most 63 bytes")
        self.channel = channel
        self.environment = environment
        self.registry = registry
    }

    deinit {
        if let session { registry.close(session) }
    }

    nonisolated(nonsending) func next() async -> NotificationEvent? {
        while !Task.isCancelled && !registry.isShutDown {
            do {
                guard let session else { return try await listen() }
                switch try await session.nextNotification(lease: Self.lease, quietTime: .seconds(Self.quietSecondsMax))
                {
                case .payload(let payload): return .notification(payload: payload)
                case .dropped: return .overflowed
                case nil:
                    let timeout = Duration.seconds(environment.configuration.connectTimeoutSeconds)
                    try await session.ping(lease: Self.lease, timeout: timeout)
                }
            } catch is CancellationError {
                break
            } catch {
                await recover(from: error)
            }
        }
        close()
        return nil
    }

    private nonisolated(nonsending) func listen() async throws -> NotificationEvent {
        let session = try await PostgresSession.open(environment) {}
        session.status.beginLease(Self.lease)
        self.session = session
        registry.add(session)
        let timeout = Duration.seconds(environment.configuration.connectTimeoutSeconds)
        _ = try await session.command("LISTEN \(Identifier.quoted(channel))", lease: Self.lease, timeout: timeout)
        failures = 0
        defer { hasListened = true }
        return hasListened ? .reconnected : .listening
    }

    private nonisolated(nonsending) func recover(from error: any Error) async {
        close()
        guard !registry.isShutDown else { return }
        environment.logger.warning("listening to \(channel) is interrupted: \(error)")
        let delay = min(Self.backoffMillisecondsMin << min(failures, 16), Self.backoffMillisecondsMax)
        failures += 1
        do {
            try await Task.sleep(for: .milliseconds(delay) * Double.random(in: 0.5...1))
        } catch {
            // Cancelled: the loop sees it.
        }
    }

    private func close() {
        if let session { registry.close(session) }
        session = nil
    }
}

/// The listeners' connections of a database, which its shutdown closes.
final class ListenerRegistry: Sendable {
    private struct Contents {
        var sessions: [ObjectIdentifier: PostgresSession] = [:]
        var isShutDown = false
    }

    private let contents = Mutex(Contents())

    var isShutDown: Bool { contents.withLock { $0.isShutDown } }

    func add(_ session: PostgresSession) {
        let isLate = contents.withLock { contents in
            contents.sessions[ObjectIdentifier(session)] = session
            return contents.isShutDown
        }
        if isLate { close(session) }
    }

    func close(_ session: PostgresSession) {
        contents.withLock { $0.sessions[ObjectIdentifier(session)] = nil }
        session.close()
    }

    func shutDown() {
        let sessions = contents.withLock { contents in
            contents.isShutDown = true
            return contents.sessions.values.map { $0 }
        }
        for session in sessions { close(session) }
    }
}
