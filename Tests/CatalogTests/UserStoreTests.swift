import Foundation
import Storage
import TestSupport
import Testing

@testable import Catalog

@Suite struct UserStoreTests {
    @Test func emailsAreComparedWithoutCase() async throws {
        try await withMigratedDatabase { database in
            let users = UserStore(database: database)
            let user = try await users.create(
                email: try EmailAddress("Ada@Example.org"), name: "Ada", passwordHash: "h")
            await #expect(throws: CatalogError.emailTaken) {
                try await users.create(email: try EmailAddress("ada@example.ORG"), name: "B", passwordHash: "h")
            }
            #expect(try await users.credentials(email: "ADA@example.org")?.user == user)
        }
    }

    @Test func locksAfterTooManyFailuresAndForgetsAfterwards() async throws {
        try await withMigratedDatabase { database in
            let users = UserStore(database: database)
            let user = try await users.create(email: try EmailAddress("a@b.org"), name: "A", passwordHash: "h")
            let until = Date().addingTimeInterval(600)
            for attempt in 1...3 {
                #expect(try await users.credentials(id: user.id)?.lockedUntil == nil, "before attempt \(attempt)")
                try await users.recordFailedLogin(user.id, attemptsMax: 3, lockUntil: until)
            }
            let locked = try #require(try await users.credentials(id: user.id)?.lockedUntil)
            #expect(abs(locked.timeIntervalSince(until)) < 0.01)
            try await database.query("UPDATE users SET locked_until = now() - interval '1 second'")
            try await users.recordFailedLogin(user.id, attemptsMax: 3, lockUntil: until)
            #expect(
                try await users.credentials(id: user.id)?.lockedUntil == nil, "one failure after a lock is the first")
            try await users.recordLogin(user.id)
            #expect(try await users.find(user.id)?.lastLoginAt != nil)
        }
    }

    @Test func keepsAProfile() async throws {
        try await withMigratedDatabase { database in
            let users = UserStore(database: database)
            let user = try await users.create(email: try EmailAddress("a@b.org"), name: "A", passwordHash: "h")
            let profile = try UserProfile(bio: "Hi", skills: ["Go", "go", "SQL"]).checked()
            let updated = try await users.update(user.id, name: "Ada", profile: profile)
            #expect(updated?.name == "Ada" && updated?.profile.skills == ["Go", "SQL"])
            #expect(throws: ValidationError.self) {
                try UserProfile(bio: String(repeating: "b", count: 1_001)).checked()
            }
        }
    }
}
