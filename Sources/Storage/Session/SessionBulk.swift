extension PostgresSession {
    /// How many statements go to the server before their results are awaited.
    static let pipelineDepthMax = 256

    /// Runs statements in one round trip, the later ones only if the earlier succeed.
    /// - Returns: the affected rows of all together.
    func pipeline(_ statements: [Statement], lease: UInt64, timeout: Duration?) async throws -> Int {
        precondition(statements.count <= Self.pipelineDepthMax)
        return try await perform(lease: lease, timeout: timeout, isCancellable: true) { session in
            try await session.measured(statements.first?.sql ?? "") { try await $0.runPipeline(statements) }
        }
    }

    private func runPipeline(_ statements: [Statement]) async throws -> Int {
        guard let first = statements.first else { return 0 }
        let handle = try transmit(first.sql) { handle in
            guard handle.enterPipeline() else { return false }
            return statements.allSatisfy { enqueue($0, on: handle) } && handle.pipelineSync()
        }
        var affected = 0
        var error: PostgresError?
        while failure == nil {
            // Between the results of two statements stands an end, which is no end of all.
            guard let result = await nextResult(from: handle) else {
                if isConnectionLost { break }
                continue
            }
            if result.status == .pipelineSync { break }
            if result.status == .error {
                error = error ?? PostgresError(fields: result.errorFields, statement: first.sql)
            }
            affected += result.affected
        }
        if failure == nil && !isConnectionLost && !handle.exitPipeline() {
            breakDown(PostgresError(kind: .connectionLost, message: handle.errorMessage, statement: first.sql))
        }
        // Which of the new statements the server has is not known after an error.
        if error != nil { prepared.forgetAll() }
        try await finishExchange(with: error, first.sql)
        return affected
    }

    private func enqueue(_ statement: Statement, on handle: ConnectionHandle) -> Bool {
        let key = PreparedStatements.Key(sql: statement.sql, types: statement.parameters.types)
        switch prepared.plan(for: key, willRepeat: true) {
        case .direct: return handle.sendQuery(key.sql, statement.parameters)
        case .execute(let name): return handle.sendPrepared(name: name, statement.parameters)
        case .prepare(let name):
            prepared.didPrepare(key, name: name)
            return handle.sendPrepare(name: name, key.sql, types: key.types)
                && handle.sendPrepared(name: name, statement.parameters)
        }
    }

    // MARK: COPY

    /// Begins a COPY FROM STDIN and keeps the session for it until `endCopy`, which must follow where this returns.
    func beginCopy(_ sql: String, lease: UInt64, timeout: Duration?) async throws {
        try Task.checkCancellation()
        try await takeTurn(isCancellable: true)
        do {
            try beginOperation(lease: lease, timeout: timeout)
        } catch {
            giveTurn()
            throw error
        }
        do {
            let handle = try transmit(sql) { $0.sendScript(sql) }
            let result = await nextResult(from: handle)
            takesRows = result?.status == .copyIn
            if takesRows { return }
            let error = result.map { PostgresError(fields: $0.errorFields, statement: sql) }
            while await nextResult(from: handle) != nil {}
            try await finishExchange(with: error, sql)
            throw breakDown(PostgresError(kind: .connectionLost, message: "COPY did not begin", statement: sql))
        } catch {
            endOperation()
            giveTurn()
            throw error
        }
    }

    /// Sends rows; returns when the socket has taken them.
    func putCopy(_ bytes: [UInt8], timeout: Duration?) async throws {
        try Task.checkCancellation()
        if let failure { throw failure }
        if let interruption { throw error(for: interruption, "COPY") }
        setDeadline(after: timeout)
        guard let handle, handle.putCopyData(bytes) else {
            throw breakDown(PostgresError(kind: .connectionLost, message: handle?.errorMessage ?? ""))
        }
        flushOutput()
        await wait(for: .flushed)
        if let failure { throw failure }
    }

    /// Ends the COPY and lets others use the session.
    /// - Parameter abortReason: makes the server drop what was copied.
    /// - Returns: how many rows were copied; 0 when aborted.
    func endCopy(_ sql: String, abortReason: String?, timeout: Duration?) async throws -> Int {
        defer {
            endOperation()
            giveTurn()
        }
        setDeadline(after: timeout)
        if let failure { throw failure }
        guard let handle, !takesRows || handle.putCopyEnd(error: abortReason) else {
            throw breakDown(PostgresError(kind: .connectionLost, message: handle?.errorMessage ?? "", statement: sql))
        }
        takesRows = false
        flushOutput()
        do {
            return try await collect(from: handle, sql).affected
        } catch let error as PostgresError where abortReason != nil && error.sqlState == "57014" {
            return 0
        }
    }

    /// No rows came in time: the server is told so, and whoever brings the next hears of it.
    func abortCopy() {
        takesRows = false
        _ = handle?.putCopyEnd(error: "no rows came in time")
        flushOutput()
    }

    // MARK: Notifications

    /// Waits for a notification, at most `quietTime`.
    /// - Returns: the payload, or that some were dropped; nil when it stayed quiet.
    func nextNotification(lease: UInt64, quietTime: Duration) async throws -> NotificationBuffer.Item? {
        try await perform(lease: lease, timeout: quietTime, isCancellable: true) { session in
            await session.wait(for: .notification)
            if let item = session.notifications.take() { return item }
            if let failure = session.failure { throw failure }
            if session.isConnectionLost {
                throw PostgresError(kind: .connectionLost, message: "the server closed the connection")
            }
            try Task.checkCancellation()
            return nil
        }
    }
}
