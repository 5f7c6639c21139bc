import Foundation
import Storage

/// Opens the database that DATABASE_URL names for one command.
func withCommandDatabase<Value>(_ body: (Database) async throws -> Value) async throws -> Value {
    let environment = ProcessInfo.processInfo.environment
    let database = Database(
        configuration: try ServiceConfiguration.database(environment: environment), logger: CommandLog.logger())
    do {
        let value = try await body(database)
        await database.shutdown()
        return value
    } catch {
        await database.shutdown()
        throw error
    }
}
