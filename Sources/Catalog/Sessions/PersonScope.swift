public import Foundation
public import Storage

/// For whom a transaction acts. Row-level security shows it that person's rows, or everybody's.
public enum PersonScope: Sendable, Equatable {
    case person(UUID)
    /// What the service does for all: following the log, recounting, administrators.
    case everybody

    /// The server's setting that the policies read.
    public static let setting = "greenroom.person"
    /// What it holds on a connection that says nothing else.
    public static let everybodyValue = "all"

    var value: String {
        switch self {
        case .person(let id): id.uuidString.lowercased()
        case .everybody: Self.everybodyValue
        }
    }
}

extension Database {
    /// A transaction that sees and writes rows of `scope` only. Otherwise as `withTransaction(isolation:readOnly:retries:_:)`.
    public nonisolated(nonsending) func withTransaction<Result>(
        for scope: PersonScope, readOnly: Bool = false, retries: TransactionRetry = .standard,
        _ body: nonisolated(nonsending) (Transaction) async throws -> Result
    ) async throws -> Result {
        try await withTransaction(readOnly: readOnly, retries: retries) { transaction in
            try await transaction.setLocal(PersonScope.setting, scope.value)
            return try await body(transaction)
        }
    }
}

extension TransactionRetry {
    /// For writes that many people make at once.
    static let patient = TransactionRetry(attemptsMax: 8)
}
