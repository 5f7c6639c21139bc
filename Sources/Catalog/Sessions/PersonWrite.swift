import Foundation
import Storage

/// A transaction that writes sessions or answers of one person.
///
/// Locks are taken in one order, so that writers never wait for each other in a circle: the gate that a repair of the
/// figures closes; the person's row of `learner_people`; session and session question, which only this person's writers
/// touch; questions of the bank, by id; their reactions, by id; vectors; the learner's head; the collections' heads, by name.
enum PersonWrite {
    /// Held shared by writers, exclusively by a repair.
    static let gate: Int64 = 0x6772_6E72_6669_6775

    /// - Throws: `CatalogError.notFound` when there is no such person; what `body` throws.
    static nonisolated(nonsending) func run<Result>(
        _ person: UUID, in database: Database, _ body: nonisolated(nonsending) (Transaction) async throws -> Result
    ) async throws -> Result {
        do {
            return try await database.withTransaction(retries: .patient) { transaction in
                try await transaction.query(
                    """
                    SELECT set_config(\(PersonScope.setting), \(PersonScope.person(person).value), true),
                        pg_advisory_xact_lock_shared(\(gate))
                    """)
                let lock: Statement = "SELECT FROM learner_people WHERE user_id = \(person) FOR NO KEY UPDATE"
                if try await transaction.query(lock).isEmpty {
                    try await transaction.query(
                        "INSERT INTO learner_people (user_id) VALUES (\(person)) ON CONFLICT (user_id) DO NOTHING")
                    try await transaction.query(lock)
                }
                return try await body(transaction)
            }
        } catch let error as PostgresError where error.constraint == "learner_people_user_id_fkey" {
            throw CatalogError.notFound(kind: "user", id: person)
        }
    }
}
