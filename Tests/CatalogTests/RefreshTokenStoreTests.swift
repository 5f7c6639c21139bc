import Foundation
import TestSupport
import Testing

@testable import Catalog

@Suite struct RefreshTokenStoreTests {
    @Test func aTokenWorksOnceAndItsSecondUseEndsTheSignIn() async throws {
        try await withMigratedDatabase { database in
            let user = try await UserStore(database: database)
                .create(email: try EmailAddress("a@b.org"), name: "A", passwordHash: "h")
            let tokens = RefreshTokenStore(database: database)
            let (family, first, second) = (UUID(), UUID(), UUID())
            let expiry = Date().addingTimeInterval(60)
            try await tokens.open(family: family, token: first, user: user.id, expiresAt: expiry)
            #expect(
                try await tokens.rotate(first, to: second, expiresAt: expiry) == .rotated(user: user.id, family: family)
            )
            #expect(try await tokens.isOpen(family: family))
            #expect(try await tokens.rotate(first, to: UUID(), expiresAt: expiry) == .reused)
            #expect(try await tokens.isOpen(family: family) == false)
            #expect(try await tokens.rotate(second, to: UUID(), expiresAt: expiry) == .invalid)
            #expect(try await tokens.rotate(UUID(), to: UUID(), expiresAt: expiry) == .invalid)
        }
    }

    @Test func ofTwoUsesAtOnceOneWins() async throws {
        try await withMigratedDatabase { database in
            let user = try await UserStore(database: database)
                .create(email: try EmailAddress("a@b.org"), name: "A", passwordHash: "h")
            let tokens = RefreshTokenStore(database: database)
            let (family, token) = (UUID(), UUID())
            let expiry = Date().addingTimeInterval(60)
            try await tokens.open(family: family, token: token, user: user.id, expiresAt: expiry)
            let uses = try await withThrowingTaskGroup(of: RefreshTokenStore.Use.self) { group in
                for _ in 0..<6 { group.addTask { try await tokens.rotate(token, to: UUID(), expiresAt: expiry) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(uses.filter { $0 == .rotated(user: user.id, family: family) }.count == 1)
            #expect(uses.filter { $0 == .reused }.count == 5)
        }
    }
}
