import Catalog
import Foundation
import Synchronization

/// Whether a sign-in is still open. An answer is kept for a few seconds, so that a busy caller does not cost a
/// statement a request; a sign-out on this instance acts at once, one on another within `keepSeconds`.
final class SignInRegistry: Sendable {
    static let keepSeconds = 5.0
    static let entriesMax = 50_000

    private struct Entry {
        let isOpen: Bool
        let until: ContinuousClock.Instant
    }

    private let tokens: RefreshTokenStore
    private let entries = Mutex<[UUID: Entry]>([:])

    init(tokens: RefreshTokenStore) { self.tokens = tokens }

    func isOpen(_ family: UUID) async throws -> Bool {
        let now = ContinuousClock.now
        if let entry = entries.withLock({ $0[family] }), entry.until > now { return entry.isOpen }
        let isOpen = try await tokens.isOpen(family: family)
        entries.withLock { entries in
            if entries.count >= Self.entriesMax { entries.removeAll(keepingCapacity: true) }
            entries[family] = Entry(isOpen: isOpen, until: now.advanced(by: .seconds(Self.keepSeconds)))
        }
        return isOpen
    }

    /// Ends a sign-in.
    func revoke(_ family: UUID) async throws {
        try await tokens.revoke(family: family)
        forget(family)
    }

    /// Asks the database again at the next request of this sign-in.
    func forget(_ family: UUID) { entries.withLock { $0[family] = nil } }

    /// Asks the database again at the next request of every sign-in.
    func forgetAll() { entries.withLock { $0.removeAll() } }
}
