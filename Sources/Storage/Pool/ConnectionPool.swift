import Logging
import Synchronization

/// Carries out what `PoolState` decides. The lock covers the decision only; connecting, closing and resuming happen after.
final class ConnectionPool: Sendable {
    /// The right to use a session, until `release`.
    struct Lease: Sendable {
        let connectionID: PoolState.ConnectionID
        let session: PostgresSession
        /// Names the lease to the session, which refuses any other.
        let number: UInt64
    }

    private struct Grant: Sendable {
        let lease: Lease
        let needsPing: Bool
    }

    private typealias Waiter = CheckedContinuation<Grant, any Error>

    private struct Contents {
        var state: PoolState
        var sessions: [PoolState.ConnectionID: PostgresSession] = [:]
        var waiters: [PoolState.WaiterID: Waiter] = [:]
        var lastWaiter: PoolState.WaiterID = 0
        var lastLease: UInt64 = 0
        var lastOpenError: PostgresError?
        var timerIsSetFor: ContinuousClock.Instant?
        var drained: [CheckedContinuation<Void, Never>] = []
    }

    /// What is left to do when the lock is free again.
    private enum Effect {
        case open(PoolState.ConnectionID)
        case close(PostgresSession)
        case resume(Waiter, Result<Grant, any Error>)
        case setTimer(ContinuousClock.Instant)
        case drained(CheckedContinuation<Void, Never>)
    }

    /// Broken idle connections are noticed at once by their sockets. The ping is for those that fell silent without a
    /// word, such as behind a firewall that forgot them, which takes minutes; so the hot ones are spared the round trip.
    static let pingAfterIdleSeconds = 15

    private let environment: SessionEnvironment
    private let waitTimeout: Duration
    private let contents: Mutex<Contents>

    init(environment: SessionEnvironment) {
        let configuration = environment.configuration
        self.environment = environment
        waitTimeout = .seconds(configuration.waitTimeoutSeconds)
        let limits = PoolState.Limits(
            size: configuration.poolSize, overflow: configuration.overflow,
            connectionsMin: configuration.connectionsMin,
            waitersMax: configuration.waitersMax, recycleAfter: .seconds(configuration.recycleSeconds),
            pingAfterIdle: configuration.prePing ? .seconds(Self.pingAfterIdleSeconds) : nil)
        contents = Mutex(Contents(state: PoolState(limits: limits)))
    }

    deinit { closeAll() }

    var statistics: PoolStatistics { contents.withLock { PoolStatistics($0.state) } }

    /// A connection that answers, waited for at most `waitTimeoutSeconds`.
    /// - Throws: `PostgresError` with kind `poolTimeout`, `poolShutDown`, `connectFailed` or `tooManyConnections`;
    ///   `CancellationError`.
    func acquire() async throws -> Lease {
        let started = ContinuousClock.now
        let deadline = started.advanced(by: waitTimeout)
        defer { environment.metrics.recordWait(started.duration(to: .now)) }
        var isReturning = false
        while true {
            try Task.checkCancellation()
            let grant = try await nextGrant(deadline: deadline, isReturning: isReturning)
            guard grant.needsPing else { return grant.lease }
            do {
                let timeout = Duration.seconds(environment.configuration.connectTimeoutSeconds)
                try await grant.lease.session.ping(lease: grant.lease.number, timeout: timeout)
                return grant.lease
            } catch {
                environment.logger.info("an idle connection was dead and is replaced: \(error)")
                release(grant.lease, isReusable: false)
                isReturning = true
            }
        }
    }

    /// Gives a connection back; it is closed when it is broken or in a transaction, or when `isReusable` says so.
    func release(_ lease: Lease, isReusable: Bool = true) {
        let canServeAgain = lease.session.status.endLease(lease.number)
        if !canServeAgain && lease.session.status.current != .broken {
            environment.logger.warning("a connection came back in the middle of its work and is closed")
        }
        handle { $0.state.release(lease.connectionID, isReusable: canServeAgain && isReusable, now: .now) }
    }

    /// Keeps the minimum open, closes old connections and sets the gauges to what is.
    func maintain() { handle { $0.state.maintain(now: .now) } }

    /// Refuses new callers, and waits until all connections have come back; those that are still out at `deadline` are
    /// closed beneath their holders.
    func shutDown(deadline: ContinuousClock.Instant) async {
        handle { $0.state.shutDown() }
        environment.loop.execute { [environment] in
            _ = environment.loop.schedule(at: deadline) { [weak self] in self?.closeAll() }
        }
        await withCheckedContinuation { continuation in
            handle {
                $0.drained.append(continuation)
                return []
            }
        }
    }

    private func closeAll() {
        let left = contents.withLock { Array($0.sessions.values) }
        for session in left { session.close(PostgresError(kind: .poolShutDown, message: "the database was shut down")) }
    }

    // MARK: Waiting

    private func nextGrant(deadline: ContinuousClock.Instant, isReturning: Bool) async throws -> Grant {
        let waiter = contents.withLock { contents in
            contents.lastWaiter += 1
            return contents.lastWaiter
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                handle {
                    $0.waiters[waiter] = continuation
                    return $0.state.acquire(waiter, deadline: deadline, now: .now, isReturning: isReturning)
                }
                // A cancellation that came before the waiter was known found nobody to wake.
                if Task.isCancelled { abandon(waiter) }
            }
        } onCancel: {
            abandon(waiter)
        }
    }

    private func abandon(_ waiter: PoolState.WaiterID) {
        let continuation = contents.withLock { contents -> Waiter? in
            contents.state.abandon(waiter) ? contents.waiters.removeValue(forKey: waiter) : nil
        }
        continuation?.resume(throwing: CancellationError())
    }

    // MARK: Acting

    /// Feeds one event to the state under the lock, then does what follows from it.
    private func handle(_ event: (inout Contents) -> [PoolState.Action]) {
        let (effects, leased, idle) = contents.withLock { contents in
            let actions = event(&contents)
            var effects = actions.map { effect(of: $0, &contents) }
            if let deadline = contents.state.nextDeadline, contents.timerIsSetFor.map({ deadline < $0 }) ?? true {
                contents.timerIsSetFor = deadline
                effects.append(.setTimer(deadline))
            }
            if contents.state.isDrained {
                effects += contents.drained.map { .drained($0) }
                contents.drained = []
            }
            return (effects, contents.state.leasedCount, contents.state.idleCount)
        }
        for effect in effects { perform(effect) }
        environment.metrics.recordConnections(active: leased, idle: idle)
    }

    private func effect(of action: PoolState.Action, _ contents: inout Contents) -> Effect {
        switch action {
        case .open(let id): return .open(id)
        case .close(let id):
            guard let session = contents.sessions.removeValue(forKey: id) else {
                preconditionFailure("no session \(id)")
            }
            return .close(session)
        case .grant(let waiter, let id, let needsPing):
            guard let session = contents.sessions[id] else { preconditionFailure("no session \(id)") }
            contents.lastLease += 1
            session.status.beginLease(contents.lastLease)
            let lease = Lease(connectionID: id, session: session, number: contents.lastLease)
            return .resume(take(waiter, &contents), .success(Grant(lease: lease, needsPing: needsPing)))
        case .refuse(let waiter, let refusal):
            return .resume(take(waiter, &contents), .failure(error(for: refusal, contents)))
        }
    }

    private func take(_ waiter: PoolState.WaiterID, _ contents: inout Contents) -> Waiter {
        guard let continuation = contents.waiters.removeValue(forKey: waiter) else {
            preconditionFailure("waiter \(waiter) is gone")
        }
        return continuation
    }

    private func perform(_ effect: Effect) {
        switch effect {
        case .open(let id): open(id)
        case .close(let session): session.close()
        case .resume(let waiter, let result): waiter.resume(with: result)
        case .drained(let continuation): continuation.resume()
        case .setTimer(let deadline):
            environment.loop.execute { [environment, weak self] in
                _ = environment.loop.schedule(at: deadline) { [weak self] in self?.timerFired(deadline) }
            }
        }
    }

    private func timerFired(_ deadline: ContinuousClock.Instant) {
        handle {
            if $0.timerIsSetFor == deadline { $0.timerIsSetFor = nil }
            return $0.state.tick(now: .now)
        }
    }

    /// Connecting is the pool's work, not the caller's: a caller that gives up leaves the connection to the next.
    private func open(_ id: PoolState.ConnectionID) {
        Task(executorPreference: environment.loop) { [self] in
            do {
                let session = try await PostgresSession.open(environment) { [weak self] in self?.broke(id) }
                handle {
                    $0.sessions[id] = session
                    $0.lastOpenError = nil
                    return $0.state.opened(id, now: .now)
                }
                // It may have broken before the pool knew of it.
                if session.status.current == .broken { broke(id) }
            } catch {
                environment.logger.warning("a connection could not be opened: \(error)")
                let reason = error as? PostgresError ?? PostgresError(kind: .connectFailed, message: "\(error)")
                handle {
                    $0.lastOpenError = reason
                    return $0.state.openFailed(id, now: .now, jitter: .random(in: 0..<1))
                }
            }
        }
    }

    private func broke(_ id: PoolState.ConnectionID) { handle { $0.state.broke(id, now: .now) } }

    private func error(for refusal: PoolState.Refusal, _ contents: Contents) -> any Error {
        switch refusal {
        case .openFailed:
            return contents.lastOpenError
                ?? PostgresError(kind: .connectFailed, message: "no connection could be opened")
        case .shutDown: return PostgresError(kind: .poolShutDown, message: "the database was shut down")
        case .queueFull:
            return PostgresError(
                kind: .poolTimeout, message: "\(contents.state.limits.waitersMax) callers wait for a connection already"
            )
        case .timeout:
            let reason = contents.lastOpenError.map { "; opening another failed: \($0.message)" } ?? ""
            return PostgresError(
                kind: .poolTimeout,
                message: "no connection became free within \(waitTimeout.inSeconds) s, "
                    + "\(contents.state.leasedCount) of at most \(contents.state.limits.connectionsMax) are in use\(reason)"
            )
        }
    }
}
