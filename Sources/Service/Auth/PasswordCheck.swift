import Catalog
import Foundation
import HTTPTypes
import Metrics

/// Compares passwords with those of accounts, and locks an account for a time after too many wrong ones. Every route that
/// takes the password of an account asks here.
struct PasswordCheck: Sendable {
    let users: UserStore
    let hasher: PasswordHasher
    let attemptsMax: Int
    let lockoutMinutes: Int

    /// Whether a password is the account's; a wrong one is counted. Takes as long where there is no account.
    ///
    /// - Throws: `APIError` 429, `account_locked`, with the seconds to wait, while the account is locked; no password is
    ///   compared then.
    func matches(_ password: String, _ account: UserStore.Credentials?) async throws -> Bool {
        if let until = account?.lockedUntil, until > Date() {
            Self.count("locked")
            let seconds = Int(until.timeIntervalSinceNow.rounded(.up))
            throw APIError(
                status: .tooManyRequests, code: "account_locked",
                detail: "Too many failed attempts: try again later", headers: [.retryAfter: String(max(1, seconds))])
        }
        let isTooLong = password.utf8.count > 4 * PasswordRules.lengthMax
        if !isTooLong, try await hasher.verify(password, hash: account?.passwordHash) { return true }
        if let account {
            let until = Date().addingTimeInterval(Double(lockoutMinutes) * 60)
            try await users.recordFailedLogin(account.user.id, attemptsMax: attemptsMax, lockUntil: until)
        }
        return false
    }

    static func count(_ result: String) {
        Counter(label: "auth_attempts_total", dimensions: [("result", result)]).increment()
    }
}
