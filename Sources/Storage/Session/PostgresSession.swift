import Logging

/// A connection to the server: the C handle and whatever may touch it, confined to the event loop's thread.
///
/// One operation runs at a time; others wait their turn. The socket stays registered as long as the session lives, so a
/// backend that dies is noticed at once, in use or not. Whatever libpq is asked, its answer is awaited by `wait(for:)`
/// and never by a blocking call.
actor PostgresSession {
    /// What a suspended operation waits for. A broken connection ends every wait.
    enum Awaited { case connectStep, result, flushed, cancelReturned, notification }
    enum Interruption { case timeout, cancelled }

    nonisolated let environment: SessionEnvironment
    nonisolated let status = SessionStatus()
    private let onBroken: @Sendable () -> Void

    private(set) var handle: ConnectionHandle?
    var prepared: PreparedStatements
    var notifications = NotificationBuffer()

    private var registration: (token: UInt64, descriptor: Int32)?
    private var waiting: (kind: Awaited, continuation: CheckedContinuation<Void, Never>)?
    private var connectStepIsReady = false
    private var hasPendingOutput = false
    /// The socket is gone; what has arrived before may still be read.
    private var isLost = false
    /// Why nothing runs here any more.
    private(set) var failure: PostgresError?

    private var turns = TurnQueue()
    private var operation: UInt64 = 0
    private var isOperating = false
    private(set) var interruption: Interruption?
    /// Something was sent whose results are not all read yet.
    var awaitsResults = false
    /// The server waits for rows of a COPY.
    var takesRows = false
    private var cancelIsUnderWay = false
    private var deadline: ContinuousClock.Instant?
    private var timer: (id: UInt64, at: ContinuousClock.Instant)?

    nonisolated var unownedExecutor: UnownedSerialExecutor { environment.loop.asUnownedSerialExecutor() }

    /// How long a cancelled statement may take to end before its connection is closed.
    static let cancelWaitSeconds = 5

    /// - Parameter onBroken: called once, on the loop's thread, when the connection cannot be used any more.
    init(environment: SessionEnvironment, onBroken: @escaping @Sendable () -> Void) {
        self.environment = environment
        self.onBroken = onBroken
        prepared = PreparedStatements(countMax: environment.configuration.preparedStatementsMax)
    }

    // MARK: Operations

    /// Runs `body` as the only operation, for at most `timeout`.
    /// - Parameters:
    ///   - lease: must be the session's present lease.
    ///   - isCancellable: false for what must be done even for a cancelled task, such as ROLLBACK.
    func perform<Value: Sendable>(
        lease: UInt64, timeout: Duration?, isCancellable: Bool,
        _ body: (isolated PostgresSession) async throws -> Value
    ) async throws -> Value {
        if isCancellable { try Task.checkCancellation() }
        try await takeTurn(isCancellable: isCancellable)
        defer { giveTurn() }
        try beginOperation(lease: lease, timeout: timeout)
        defer { endOperation() }
        guard isCancellable else { return try await body(self) }
        let operation = operation
        return try await withTaskCancellationHandler {
            try await body(self)
        } onCancel: {
            onLoop { $0.interrupt(operation, by: .cancelled) }
        }
    }

    func takeTurn(isCancellable: Bool) async throws {
        guard let turn = try turns.take() else { return }
        guard isCancellable else { return try await wait(forTurn: turn, isCancellable: false) }
        try await withTaskCancellationHandler {
            try await wait(forTurn: turn, isCancellable: true)
        } onCancel: {
            onLoop { $0.turns.abandon(turn) }
        }
    }

    private func wait(forTurn turn: UInt64, isCancellable: Bool) async throws {
        try await withCheckedThrowingContinuation { continuation in
            turns.wait(turn, continuation)
            // A cancellation that came before the wait found nobody to wake.
            if isCancellable && Task.isCancelled { turns.abandon(turn) }
        }
    }

    func giveTurn() { turns.give() }

    /// - Throws: `leaseEnded`, or why the session is broken.
    func beginOperation(lease: UInt64, timeout: Duration?) throws {
        guard lease == status.currentLease else {
            throw PostgresError(kind: .leaseEnded, message: "the connection was used after its closure had ended")
        }
        if let failure { throw failure }
        operation += 1
        isOperating = true
        interruption = nil
        status.set(.busy)
        setDeadline(after: timeout)
    }

    func endOperation() {
        isOperating = false
        deadline = nil
        if failure != nil { return closeHandle() }
        if isConnectionLost {
            breakDown(PostgresError(kind: .connectionLost, message: handle?.errorMessage ?? "the connection is closed"))
            return
        }
        switch handle?.transactionStatus {
        case .idle: status.set(.idle)
        case .inTransaction, .inError: status.set(.inTransaction)
        default:
            breakDown(PostgresError(kind: .connectionLost, message: "an operation ended in the middle of an exchange"))
        }
    }

    /// Runs `work` on the loop's thread soon.
    nonisolated func onLoop(_ work: @escaping @Sendable (isolated PostgresSession) -> Void) {
        environment.loop.execute { self.assumeIsolated { work($0) } }
    }

    // MARK: Waiting

    /// Suspends until `kind` has come about or the connection is broken.
    func wait(for kind: Awaited) async {
        // Asked within the closure: a task may change threads on the way into it, and the event come meanwhile.
        await withCheckedContinuation { continuation in
            precondition(waiting == nil, "two waits in one session")
            if hasComeAbout(kind) { return continuation.resume() }
            waiting = (kind, continuation)
        }
    }

    private func wake() {
        guard let waiting, hasComeAbout(waiting.kind) else { return }
        self.waiting = nil
        waiting.continuation.resume()
    }

    private func hasComeAbout(_ kind: Awaited) -> Bool {
        guard failure == nil, !isLost, let handle else { return true }
        switch kind {
        case .connectStep: return connectStepIsReady
        case .result: return !handle.isBusy
        case .flushed: return !hasPendingOutput
        case .cancelReturned: return !cancelIsUnderWay
        case .notification: return !notifications.isEmpty || interruption != nil
        }
    }

    // MARK: The socket

    /// Takes over a handle that begins to connect, before its first step.
    func adopt(_ new: ConnectionHandle) {
        precondition(handle == nil && failure == nil)
        handle = new
    }

    /// Waits until the socket, which may be another at each step, is ready for the next step of connecting.
    func waitForConnectStep(_ interest: Readiness) async {
        connectStepIsReady = false
        setInterest(interest)
        await wait(for: .connectStep)
    }

    /// The handle is connected: from now on the socket is read whenever something arrives.
    func didConnect() {
        status.set(.idle)
        setInterest(.readable)
    }

    private func setInterest(_ interest: Readiness) {
        guard let handle, handle.descriptor >= 0 else { return lose() }
        let descriptor = handle.descriptor
        if let registration {
            environment.loop.update(registration.token, descriptor: descriptor, interest: interest)
            self.registration = (registration.token, descriptor)
        } else {
            let token = environment.loop.register(descriptor: descriptor, interest: interest) { readiness in
                self.assumeIsolated { $0.socketIsReady(for: readiness) }
            }
            registration = (token, descriptor)
        }
    }

    private func socketIsReady(for readiness: Readiness) {
        guard let handle, failure == nil else { return }
        guard status.current != .connecting else {
            connectStepIsReady = true
            return wake()
        }
        if readiness.contains(.readable) || readiness.contains(.hungUp) {
            guard handle.consumeInput() else { return lose() }
            while let arrived = handle.nextNotification() { notifications.append(arrived.payload) }
        }
        if hasPendingOutput { flushOutput() }
        wake()
    }

    /// Sends what libpq has buffered; the rest follows when the socket takes it. Input is read beside, so that neither
    /// side waits for the other for ever.
    func flushOutput() {
        guard let handle else { return }
        guard let isAllSent = handle.flush() else { return lose() }
        guard hasPendingOutput == isAllSent else { return }
        hasPendingOutput = !isAllSent
        setInterest(isAllSent ? .readable : [.readable, .writable])
    }

    private func lose() {
        isLost = true
        unregister()
        // An operation reads the server's last words first; without one there is nobody to tell.
        if !isOperating && status.current != .connecting {
            breakDown(PostgresError(kind: .connectionLost, message: handle?.errorMessage ?? "the connection is closed"))
        }
        wake()
    }

    var isConnectionLost: Bool { isLost || handle?.isBad ?? true }

    // MARK: Deadlines and cancelling

    /// Keeps one timer, set late rather than moved: most deadlines are never reached.
    func setDeadline(after timeout: Duration?) {
        guard let timeout else { return deadline = nil }
        let new = ContinuousClock.now.advanced(by: timeout)
        deadline = new
        if let timer {
            if timer.at <= new { return }
            environment.loop.cancelTimer(timer.id)
        }
        startTimer(at: new)
    }

    private func startTimer(at instant: ContinuousClock.Instant) {
        let id = environment.loop.schedule(at: instant) { [weak self] in
            self?.assumeIsolated { $0.timerFired() }
        }
        timer = (id, instant)
    }

    private func timerFired() {
        timer = nil
        guard let deadline else { return }
        if ContinuousClock.now < deadline { return startTimer(at: deadline) }
        self.deadline = nil
        if interruption == nil && status.current != .connecting {
            interrupt(operation, by: .timeout)
        } else {
            let waited =
                status.current == .connecting
                ? "the server did not answer in time" : "a cancelled statement did not end"
            breakDown(
                PostgresError(kind: status.current == .connecting ? .connectFailed : .connectionLost, message: waited))
        }
    }

    /// Ends the operation of this number if it still runs: on the server where something was sent.
    private func interrupt(_ number: UInt64, by reason: Interruption) {
        guard isOperating, number == operation, interruption == nil, failure == nil else { return }
        interruption = reason
        if takesRows && !hasPendingOutput {
            // A server that waits for rows hears no cancel request.
            abortCopy()
        } else if awaitsResults {
            sendCancel()
        }
        wake()
    }

    private func sendCancel() {
        setDeadline(after: .seconds(Self.cancelWaitSeconds))
        guard let request = handle?.cancelRequest() else { return }
        let logger = environment.logger
        cancelIsUnderWay = environment.canceller.submit {
            if let reason = request.send() { logger.warning("a statement could not be cancelled: \(reason)") }
            self.onLoop { session in
                session.cancelIsUnderWay = false
                session.wake()
            }
        }
        if !cancelIsUnderWay { logger.warning("a statement could not be cancelled: too many requests wait") }
    }

    /// After an interrupted exchange: waits until no cancel request is on its way that could hit the next statement.
    /// - Returns: whether one had been sent.
    func settleCancel() async -> Bool {
        guard interruption != nil else { return false }
        await wait(for: .cancelReturned)
        return failure == nil && !isConnectionLost
    }

    // MARK: The end

    /// Ends every wait here and closes; for good.
    @discardableResult
    func breakDown(_ error: PostgresError) -> PostgresError {
        guard failure == nil else { return failure ?? error }
        failure = error
        status.set(.broken)
        unregister()
        if !isOperating { closeHandle() }
        wake()
        onBroken()
        return error
    }

    /// Closes the connection soon; an operation under way fails with `error`.
    nonisolated func close(
        _ error: PostgresError = PostgresError(kind: .connectionLost, message: "the connection was closed")
    ) {
        onLoop { session in session.breakDown(error) }
    }

    private func unregister() {
        guard let registration else { return }
        self.registration = nil
        // A descriptor that libpq closed may be another file's by now.
        let isOpen = handle?.descriptor == registration.descriptor
        environment.loop.unregister(registration.token, descriptor: isOpen ? registration.descriptor : nil)
    }

    private func closeHandle() {
        handle = nil
        if let timer { environment.loop.cancelTimer(timer.id) }
        timer = nil
    }
}
