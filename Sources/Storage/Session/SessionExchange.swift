extension PostgresSession {
    /// Runs one statement and returns its whole result.
    func query(
        _ statement: Statement, lease: UInt64, timeout: Duration?, isCancellable: Bool = true
    ) async throws -> Rows {
        try await perform(lease: lease, timeout: timeout, isCancellable: isCancellable) { try await $0.run(statement) }
    }

    /// Runs a statement without parameters that returns no rows, such as BEGIN, in one round trip.
    /// - Returns: the command tag.
    func command(_ sql: String, lease: UInt64, timeout: Duration?) async throws -> String {
        try await perform(lease: lease, timeout: timeout, isCancellable: false) { session in
            try await session.measured(sql) { try await $0.exchange(sql) { $0.sendScript(sql) }.commandTag }
        }
    }

    /// Commits. Nothing interrupts it but its deadline.
    /// - Throws: `commitOutcomeUnknown` when the connection broke after COMMIT was sent; `transactionAborted` when the
    ///   server rolled back instead; the server's error when the commit was refused.
    func commit(lease: UInt64, timeout: Duration?) async throws {
        try await perform(lease: lease, timeout: timeout, isCancellable: false) { session in
            let tag: String
            do {
                tag = try await session.measured("COMMIT") {
                    try await $0.exchange("COMMIT") { $0.sendScript("COMMIT") }
                }.commandTag
            } catch let error as PostgresError where session.failure != nil {
                throw PostgresError(
                    kind: .commitOutcomeUnknown, message: "the connection broke during COMMIT: \(error.message)",
                    sqlState: error.sqlState)
            }
            guard tag == "COMMIT" else {
                throw PostgresError(
                    kind: .transactionAborted, message: "COMMIT ended in \(tag), because a statement had failed before")
            }
        }
    }

    /// Whether the server answers within `timeout`.
    func ping(lease: UInt64, timeout: Duration) async throws {
        _ = try await command("", lease: lease, timeout: timeout)
    }

    func run(_ statement: Statement) async throws -> Rows {
        guard statement.parameterCount <= Statement.parametersMax else {
            throw PostgresError(
                kind: .other,
                message:
                    "\(statement.parameterCount) parameters, of which at most \(Statement.parametersMax) are allowed: bind arrays",
                statement: statement.sql)
        }
        return try await measured(statement.sql) { session in
            do {
                return try await session.runPlanned(statement)
            } catch let error as PostgresError
                where error.meansPlanIsStale && session.handle?.transactionStatus == .idle
            {
                // The plan was forgotten below; outside of a transaction nothing is lost by asking again.
                return try await session.runPlanned(statement)
            }
        }
    }

    private func runPlanned(_ statement: Statement) async throws -> Rows {
        let key = PreparedStatements.Key(sql: statement.sql, types: statement.parameters.types)
        do {
            let result: ResultHandle
            switch prepared.plan(for: key) {
            case .direct:
                result = try await exchange(key.sql) { $0.sendQuery(key.sql, statement.parameters) }
            case .prepare(let name):
                try await deallocateEvicted()
                _ = try await exchange(key.sql) { $0.sendPrepare(name: name, key.sql, types: key.types) }
                prepared.didPrepare(key, name: name)
                result = try await exchange(key.sql) { $0.sendPrepared(name: name, statement.parameters) }
            case .execute(let name):
                result = try await exchange(key.sql) { $0.sendPrepared(name: name, statement.parameters) }
            }
            return Rows(result: result, layout: prepared.layout(for: key, of: result))
        } catch let error as PostgresError where error.meansPlanIsStale {
            if error.meansStatementIsGone { prepared.forgetAll() } else { prepared.forget(key) }
            throw error
        }
    }

    /// In a failed transaction the server would refuse; the names wait for the next time then.
    private func deallocateEvicted() async throws {
        guard handle?.transactionStatus != .inError else { return }
        let names = prepared.takeEvicted()
        guard !names.isEmpty else { return }
        let sql = names.map { "DEALLOCATE \($0)" }.joined(separator: ";")
        _ = try await exchange(sql) { $0.sendScript(sql) }
    }

    /// Records how long `body` took under the statement's first keyword.
    func measured<Value: Sendable>(
        _ sql: String, _ body: (isolated PostgresSession) async throws -> Value
    ) async throws -> Value {
        let started = ContinuousClock.now
        defer { environment.metrics.recordQuery(sql, took: started.duration(to: .now)) }
        return try await body(self)
    }

    // MARK: One exchange

    /// Sends, awaits the results and returns the last, or throws the first error.
    func exchange(_ sql: String, _ send: (ConnectionHandle) -> Bool) async throws -> ResultHandle {
        let handle = try transmit(sql, send)
        return try await collect(from: handle, sql)
    }

    func transmit(_ sql: String, _ send: (ConnectionHandle) -> Bool) throws -> ConnectionHandle {
        if let failure { throw failure }
        if let interruption { throw error(for: interruption, sql) }
        guard let handle else { preconditionFailure("a session without a handle has failed") }
        guard send(handle) else {
            throw breakDown(PostgresError(kind: .connectionLost, message: handle.errorMessage, statement: sql))
        }
        awaitsResults = true
        flushOutput()
        return handle
    }

    func collect(from handle: ConnectionHandle, _ sql: String) async throws -> ResultHandle {
        var outcome: ResultHandle?
        var error: PostgresError?
        while let result = await nextResult(from: handle) {
            switch result.status {
            case .error:
                error = error ?? PostgresError(fields: result.errorFields, statement: sql)
            case .copyIn:
                _ = handle.putCopyEnd(error: "COPY FROM STDIN is not a query: use copyIn")
                flushOutput()
            case .copyOut:
                throw breakDown(PostgresError(kind: .other, message: "COPY TO STDOUT is not supported", statement: sql))
            default:
                outcome = result
            }
        }
        try await finishExchange(with: error, sql)
        guard let outcome else {
            throw breakDown(PostgresError(kind: .connectionLost, message: "the server gave no result", statement: sql))
        }
        return outcome
    }

    /// nil at the end of the results, and when the connection broke and nothing is left to read.
    func nextResult(from handle: ConnectionHandle) async -> ResultHandle? {
        if handle.isBusy { await wait(for: .result) }
        // Reading a busy connection would block the thread.
        if failure != nil || handle.isBusy && isConnectionLost { return nil }
        return handle.nextResult()
    }

    /// Settles the connection after the last result and throws what is to be thrown.
    func finishExchange(with error: PostgresError?, _ sql: String) async throws {
        awaitsResults = false
        if let failure { throw failure }
        if isConnectionLost {
            let lost = PostgresError(kind: .connectionLost, message: handle?.errorMessage ?? "", statement: sql)
            throw breakDown(error?.asConnectionLost ?? lost)
        }
        if await settleCancel() { try await absorbLateCancel() }
        if let failure { throw failure }
        guard let error else { return }
        if error.sqlState == "57014", let interruption { throw self.error(for: interruption, sql) }
        throw error
    }

    /// A cancel request that came late may strike the next statement: one that does nothing takes the blow.
    private func absorbLateCancel() async throws {
        guard let handle, handle.sendScript("") else {
            throw breakDown(PostgresError(kind: .connectionLost, message: handle?.errorMessage ?? ""))
        }
        flushOutput()
        while await nextResult(from: handle) != nil {}
    }

    func error(for interruption: Interruption, _ sql: String) -> any Error {
        switch interruption {
        case .cancelled: CancellationError()
        case .timeout:
            PostgresError(
                kind: .statementTimeout, message: "the statement took longer than it may and was cancelled",
                sqlState: "57014", statement: sql)
        }
    }
}

extension PostgresError {
    /// The tables changed beneath a prepared statement, or the server has it no more.
    fileprivate var meansPlanIsStale: Bool {
        meansStatementIsGone || sqlState == "0A000" && sourceFunction == "RevalidateCachedQuery"
    }

    fileprivate var meansStatementIsGone: Bool { sqlState == "26000" }

    /// What the server said before it closed the connection.
    fileprivate var asConnectionLost: PostgresError {
        kind == .connectionLost
            ? self : PostgresError(kind: .connectionLost, message: message, sqlState: sqlState, statement: statement)
    }
}
