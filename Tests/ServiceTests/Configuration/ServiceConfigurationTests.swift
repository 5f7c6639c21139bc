import Foundation
import Testing

@testable import greenroom

@Suite struct ServiceConfigurationTests {
    private let needed = [
        "DATABASE_URL": "postgres://u:secret-word@localhost/db", "JWT_SECRET_KEY": "0123456789abcdef0123456789ABCDEF",
    ]

    private func problems(_ changes: [String: String?]) -> [String] {
        var environment = needed
        for (key, value) in changes { environment[key] = value }
        do {
            _ = try ServiceConfiguration(environment: environment)
            return []
        } catch let error as ConfigurationError {
            return error.problems
        } catch {
            return ["\(error)"]
        }
    }

    @Test func hasDefaultsForAllButTheDatabaseAndTheSecret() throws {
        let configuration = try ServiceConfiguration(environment: needed)
        #expect(configuration.http.port == 8000 && configuration.http.host == "127.0.0.1")
        #expect(configuration.auth.accessTokenMinutes == 30 && configuration.auth.loginAttemptsMax == 5)
        #expect(configuration.publicRead == false)
    }

    @Test func namesTheKeyWhatCameAndWhatIsAllowed() {
        #expect(problems(["PORT": "http"]) == ["PORT is 'http', allowed is a whole number from 0 to 65535"])
        #expect(problems(["PORT": "70000"]).count == 1)
        #expect(problems(["LOG_LEVEL": "loud"]).first?.contains("trace, debug, info") ?? false)
        #expect(
            problems(["VECTOR_PUBLIC_READ": "maybe"]) == ["VECTOR_PUBLIC_READ is 'maybe', allowed is true or false"])
        #expect(problems(["CORS_ORIGINS": "example.org"]).count == 1)
        #expect(problems(["PORT": "x", "DEBUG": "x", "ENVIRONMENT": "x"]).count == 3, "all of them at once")
        let pools = ["ASYNC_DATABASE_POOL_SIZE": "x", "DATABASE_REPLICA_URL": "postgres://u:p@localhost/db"]
        #expect(problems(pools).count == 1, "once, though two pools are meant")
    }

    @Test func refusesMissingShortAndPlaceholderSecrets() {
        #expect(problems(["JWT_SECRET_KEY": nil]).first?.contains("missing") ?? false)
        #expect(problems(["JWT_SECRET_KEY": "short"]).first?.contains("at least 32") ?? false)
        #expect(problems(["JWT_SECRET_KEY": String(repeating: "a", count: 40)]).count == 1)
        #expect(problems(["JWT_SECRET_KEY": "please-change-me-please-change-me-please"]).count == 1)
        #expect(problems(["JWT_SECRET_KEY": nil, "SECRET_KEY": "0123456789abcdef0123456789ABCDEF"]) == [])
    }

    @Test func refusesMisspeltKeysOfOurs() {
        #expect(problems(["ASYNC_DATABASE_POOL_SISE": "5"]).first?.contains("ASYNC_DATABASE_POOL_SISE") ?? false)
        #expect(problems(["SOME_OTHER_PROGRAM": "5"]) == [])
    }

    @Test func readsSecretsFromFiles() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "secret-\(UUID())")
        try Data("fedcba9876543210FEDCBA9876543210\n".utf8).write(to: file)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: file) } }
        var environment = needed
        environment["JWT_SECRET_KEY"] = nil
        environment["JWT_SECRET_KEY_FILE"] = file.path
        let configuration = try ServiceConfiguration(environment: environment)
        #expect(configuration.auth.secret.revealed == "fedcba9876543210FEDCBA9876543210")
        #expect(problems(["JWT_SECRET_KEY_FILE": file.path]).first?.contains("both set") ?? false)
        #expect(problems(["JWT_SECRET_KEY": nil, "JWT_SECRET_KEY_FILE": "/nonexistent"]).isEmpty == false)
    }

    @Test func showsNoSecret() throws {
        let configuration = try ServiceConfiguration(environment: needed)
        let shown = "\(configuration)" + String(reflecting: configuration) + String(reflecting: configuration.auth)
        #expect(!shown.contains("0123456789abcdef"))
        #expect(!"\(configuration.database)".contains("secret-word"))
    }
}
