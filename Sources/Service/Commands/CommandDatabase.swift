import Foundation
import Storage

/// Opens the database that DATABASE_URL names for one command.
nonisolated(nonsending) func withCommandDatabase<Value>(
    _ body: nonisolated(nonsending) (Database) async throws -> Value
) async throws -> Value {
    let environment = ProcessInfo.processInfo.environment
    return try await Database.opened(
        try ServiceConfiguration.database(environment: environment), logger: CommandLog.logger(), body)
}
