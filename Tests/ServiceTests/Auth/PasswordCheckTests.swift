import Testing

@testable import greenroom

/// Wrong passwords, wherever one is asked for.
@Suite struct PasswordCheckTests {
    @Test func wrongPasswordsOfEveryRouteLockTheAccountTogether() async throws {
        try await withService(environment: ["MAX_LOGIN_ATTEMPTS": "3"]) { service in
            let person: JSONValue = ["email": "eve@example.org", "password": "the right password 1", "name": "Eve"]
            _ = try await service.call("POST", "/api/v1/auth/register", person)
            let token = try await service.logIn("eve@example.org", "the right password 1")
            func change(_ password: JSONValue) async throws -> RunningService.Answer {
                try await service.call(
                    "POST", "/api/v1/auth/change-password",
                    ["current_password": password, "new_password": "another password 2"], token: token)
            }
            func erase(_ password: JSONValue) async throws -> RunningService.Answer {
                try await service.call(
                    "POST", "/api/v1/data-rights/delete-account", ["confirm": true, "password": password],
                    token: token)
            }
            let login: JSONValue = ["email": "eve@example.org", "password": "wrong"]
            let tooLong = JSONValue.string(String(repeating: "x", count: 10_000))
            #expect(try await service.call("POST", "/api/v1/auth/login", login).status == 401)
            #expect(try await change(tooLong).body["code"] == "wrong_password")
            #expect(try await erase("wrong").body["code"] == "wrong_password")
            for answer in [
                try await erase("the right password 1"), try await change("the right password 1"),
                try await service.call("POST", "/api/v1/auth/login", person),
            ] {
                #expect(answer.status == 429 && answer.body["code"] == "account_locked")
                #expect(answer.headers["retry-after"] != nil)
            }
            #expect(try await service.call("GET", "/api/v1/auth/me", token: token).status == 200, "nothing was erased")
        }
    }
}
