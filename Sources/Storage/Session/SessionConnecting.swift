import Logging

extension PostgresSession {
    /// Opens a connection within `connectTimeoutSeconds`, with the configured settings in force.
    /// - Throws: `PostgresError` with kind `connectFailed` or `tooManyConnections`; `CancellationError`.
    static func open(
        _ environment: SessionEnvironment, onBroken: @escaping @Sendable () -> Void
    ) async throws -> PostgresSession {
        let session = PostgresSession(environment: environment, onBroken: onBroken)
        try await withTaskCancellationHandler {
            try await session.connect()
        } onCancel: {
            session.close(PostgresError(kind: .connectFailed, message: "the task that connects was cancelled"))
        }
        return session
    }

    private func connect() async throws {
        do {
            setDeadline(after: .seconds(environment.configuration.connectTimeoutSeconds))
            let options = try await resolvedOptions()
            if let failure { throw failure }
            adopt(ConnectionHandle(parameters: options, logger: environment.logger))
            try await finishConnecting()
            try await applySettings()
            setDeadline(after: nil)
        } catch {
            try Task.checkCancellation()
            let reason = error as? PostgresError ?? PostgresError(kind: .connectFailed, message: "\(error)")
            throw breakDown(reason)
        }
    }

    private func resolvedOptions() async throws -> [(keyword: String, value: String)] {
        let configuration = environment.configuration
        var options = configuration.connectionOptions
        if HostResolution.isNeeded(for: options) {
            let unresolved = options
            options = try await withCheckedThrowingContinuation { continuation in
                let isTaken = environment.resolver.submit {
                    continuation.resume(with: Result { try HostResolution.resolve(unresolved) })
                }
                guard !isTaken else { return }
                continuation.resume(
                    throwing: PostgresError(kind: .connectFailed, message: "too many host names wait to be resolved"))
            }
        }
        return options.map { (keyword: $0.key, value: $0.value) }
    }

    /// libpq asks for writability first, then for whatever each of its steps returns.
    private func finishConnecting() async throws {
        var interest = Readiness.writable
        while true {
            await waitForConnectStep(interest)
            if let failure { throw failure }
            guard let handle else { preconditionFailure("connecting without a handle") }
            switch handle.connectStep() {
            case .wantsRead: interest = .readable
            case .wantsWrite: interest = .writable
            case .connected: return didConnect()
            case .failed: throw connectError(handle.errorMessage)
            }
        }
    }

    /// libpq keeps no state code of a refused connection, so the refusal for want of slots is known by its text.
    private func connectError(_ message: String) -> PostgresError {
        let isFull =
            message.contains("too many clients") || message.contains("too many connections")
            || message.contains("remaining connection slots")
        return PostgresError(kind: isFull ? .tooManyConnections : .connectFailed, message: message)
    }

    private func applySettings() async throws {
        let settings = environment.configuration.sessionSettings.sorted { $0.key < $1.key }
        guard !settings.isEmpty else { return }
        let calls = settings.map { "set_config(\($0.key), \($0.value), false)" as Statement }
        let list = calls.dropFirst().reduce(calls[0]) { "\($0), \($1)" }
        _ = try await perform(
            lease: 0, timeout: .seconds(environment.configuration.connectTimeoutSeconds), isCancellable: false
        ) {
            try await $0.run("SELECT \(list)")
        }
    }
}
